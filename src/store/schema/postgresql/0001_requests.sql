-- Rows are never deleted: an id is never used twice. Codes (state, urgency…) are the numbers of
-- include/regie/codes.hpp, times are seconds since 1970 UTC, money is cents. Nothing is kept as ''.
create table request (
  id bigint primary key,
  version bigint not null,
  state bigint not null,
  held_from bigint,
  key text collate "C",
  channel bigint not null,
  residence text collate "C" not null,
  building text collate "C",
  dwelling text collate "C",
  place bigint not null,
  text text collate "C" not null,
  trade text collate "C",
  also text collate "C",
  urgency bigint not null,
  certain bigint not null,
  tenant_name text collate "C",
  tenant_phone text collate "C",
  tenant_email text collate "C",
  tenant_flags text collate "C",
  provider text collate "C",
  rule text collate "C",
  triage text collate "C",
  declined text collate "C",
  opened_at bigint not null,
  changed_at bigint not null,
  target_at bigint,
  promised_at bigint,
  due_at bigint,
  policy text collate "C",
  assigned_at bigint,
  accepted_at bigint,
  visit_from bigint,
  visit_to bigint,
  reschedules bigint not null,
  no_access bigint not null,
  hold_party bigint,
  hold_reason text collate "C",
  done_at bigint,
  done_by text collate "C",
  done_provider text collate "C",
  done_reported_by text collate "C",
  work text collate "C",
  cost bigint,
  check_required bigint not null,
  verified_at bigint,
  verified_by text collate "C",
  reworks bigint not null,
  closed_at bigint,
  answer text collate "C",
  rating bigint check (rating between 1 and 5),
  cancel_reason bigint,
  reopened bigint not null,
  duplicate_of bigint references request (id) deferrable,
  parent bigint references request (id) deferrable,
  rework_of bigint references request (id) deferrable
);

-- A repeated `open --key K` and a second import find what the first one made.
create unique index request_key on request (key) where key is not null;

-- The desk's list: what is not finished, most pressing first. Small however many requests are closed.
create index request_unfinished on request (urgency, due_at nulls first, id) where state < 7;

-- "What happened at this address before?"
create index request_place on request (residence, dwelling, opened_at);

-- What happened to each request, in order; nothing rewrites it. Replaying `changes` gives the row of `request`.
create table journal (
  request bigint not null references request (id),
  sequence bigint not null,
  at bigint not null,
  entered_at bigint not null,
  action bigint not null,
  who text collate "C" not null,
  typed_by text collate "C",
  reason text collate "C",
  changes text collate "C" not null,
  decision text collate "C",
  primary key (request, sequence)
);

-- Which migrations this database has seen.
create table migration (
  version bigint primary key,
  name text collate "C" not null,
  applied_at bigint not null
);
