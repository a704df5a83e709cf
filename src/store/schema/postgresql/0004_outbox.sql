-- Reminders and other mail. When `regie remind` has to look at a request again; NULL: not before it changes.
alter table request add column look_at bigint;
create index request_look on request (look_at) where look_at is not null;

-- One message to one recipient.
create table mail (
  id bigint primary key,
  kind bigint not null,
  state bigint not null,
  urgent bigint not null,
  recipient text collate "C" not null,
  name text collate "C",
  message_id text collate "C" not null unique,
  request bigint references request (id),
  created_at bigint not null,
  changed_at bigint not null,
  next_at bigint not null,
  attempts bigint not null,
  doubts bigint not null,
  spool text collate "C",
  reason text collate "C",
  subject text collate "C",
  message text collate "C"
);
create index mail_unsettled on mail (state, urgent, next_at) where state < 5;
create index mail_unsent on mail (recipient) where state = 1;
create index mail_refused on mail (id) where state = 1 and attempts > 2;
-- What is forgotten after a while.
create index mail_kept on mail (changed_at) where message is not null;
create index mail_recipient on mail (recipient, created_at);
create index mail_request on mail (request) where request is not null;

-- One thing that one recipient is told. `key` says what, and when it was due: nothing is told twice.
create table notice (
  id bigint primary key,
  key text collate "C" not null unique,
  kind bigint not null,
  state bigint not null,
  request bigint references request (id),
  provider text collate "C",
  rule text collate "C",
  occasion bigint,
  base bigint,
  slot bigint not null,
  urgent bigint not null,
  leave_at bigint not null,
  recipient text collate "C" not null,
  name text collate "C",
  mail bigint references mail (id),
  said text collate "C",
  reason text collate "C"
);
create index notice_request on notice (request) where request is not null;
create index notice_waiting on notice (leave_at) where state = 1;
create index notice_held on notice (id) where state = 3;
create index notice_mail on notice (mail) where mail is not null;

-- Mails that came in.
create table received (
  id bigint primary key,
  message_id text collate "C" unique,
  at bigint not null,
  state bigint not null,
  sender text collate "C",
  subject text collate "C",
  text text collate "C",
  request bigint references request (id),
  provider text collate "C",
  reason text collate "C"
);
create index received_waiting on received (id) where state = 1;

-- Addresses that mail came back from.
create table failing_address (
  number bigint primary key,
  address text collate "C" not null unique,
  since bigint not null,
  reason text collate "C"
);

-- One row: under which ladder requests were looked at, when that was done last, how many deliveries were started, and
-- what an operator was told last, and when.
create table outbox (
  id bigint primary key,
  ladder text collate "C",
  ran_at bigint,
  started bigint not null default 0,
  told text collate "C",
  told_at bigint
);
insert into outbox (id) values (1);
