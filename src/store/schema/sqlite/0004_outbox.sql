-- Reminders and other mail. When `regie remind` has to look at a request again; NULL: not before it changes.
alter table request add column look_at integer;
create index request_look on request (look_at) where look_at is not null;

-- One message to one recipient.
create table mail (
  id integer primary key,
  kind integer not null,
  state integer not null,
  urgent integer not null,
  recipient text not null,
  name text,
  message_id text not null unique,
  request integer references request (id),
  created_at integer not null,
  changed_at integer not null,
  next_at integer not null,
  attempts integer not null,
  doubts integer not null,
  spool text,
  reason text,
  subject text,
  message text
) strict;
create index mail_unsettled on mail (state, urgent, next_at) where state < 5;
create index mail_unsent on mail (recipient) where state = 1;
create index mail_refused on mail (id) where state = 1 and attempts > 2;
-- What is forgotten after a while.
create index mail_kept on mail (changed_at) where message is not null;
create index mail_recipient on mail (recipient, created_at);
create index mail_request on mail (request) where request is not null;

-- One thing that one recipient is told. `key` says what, and when it was due: nothing is told twice.
create table notice (
  id integer primary key,
  key text not null unique,
  kind integer not null,
  state integer not null,
  request integer references request (id),
  provider text,
  rule text,
  occasion integer,
  base integer,
  slot integer not null,
  urgent integer not null,
  leave_at integer not null,
  recipient text not null,
  name text,
  mail integer references mail (id),
  said text,
  reason text
) strict;
create index notice_request on notice (request) where request is not null;
create index notice_waiting on notice (leave_at) where state = 1;
create index notice_held on notice (id) where state = 3;
create index notice_mail on notice (mail) where mail is not null;

-- Mails that came in.
create table received (
  id integer primary key,
  message_id text unique,
  at integer not null,
  state integer not null,
  sender text,
  subject text,
  text text,
  request integer references request (id),
  provider text,
  reason text
) strict;
create index received_waiting on received (id) where state = 1;

-- Addresses that mail came back from.
create table failing_address (
  number integer primary key,
  address text not null unique,
  since integer not null,
  reason text
) strict;

-- One row: under which ladder requests were looked at, when that was done last, how many deliveries were started, and
-- what an operator was told last, and when.
create table outbox (
  id integer primary key,
  ladder text,
  ran_at integer,
  started integer not null default 0,
  told text,
  told_at integer
) strict;
insert into outbox (id) values (1);
