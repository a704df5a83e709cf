-- Rows are never deleted: an id is never used twice. Codes (state, urgency…) are the numbers of
-- include/regie/codes.hpp, times are seconds since 1970 UTC, money is cents. Nothing is kept as ''.
create table request (
  id integer primary key,
  version integer not null,
  state integer not null,
  held_from integer,
  key text,
  channel integer not null,
  residence text not null,
  building text,
  dwelling text,
  place integer not null,
  text text not null,
  trade text,
  also text,
  urgency integer not null,
  certain integer not null,
  tenant_name text,
  tenant_phone text,
  tenant_email text,
  tenant_flags text,
  provider text,
  rule text,
  triage text,
  declined text,
  opened_at integer not null,
  changed_at integer not null,
  target_at integer,
  promised_at integer,
  due_at integer,
  policy text,
  assigned_at integer,
  accepted_at integer,
  visit_from integer,
  visit_to integer,
  reschedules integer not null,
  no_access integer not null,
  hold_party integer,
  hold_reason text,
  done_at integer,
  done_by text,
  done_provider text,
  done_reported_by text,
  work text,
  cost integer,
  check_required integer not null,
  verified_at integer,
  verified_by text,
  reworks integer not null,
  closed_at integer,
  answer text,
  rating integer check (rating between 1 and 5),
  cancel_reason integer,
  reopened integer not null,
  duplicate_of integer references request (id),
  parent integer references request (id),
  rework_of integer references request (id)
) strict;

-- A repeated `open --key K` and a second import find what the first one made.
create unique index request_key on request (key) where key is not null;

-- The desk's list: what is not finished, most pressing first. Small however many requests are closed.
create index request_unfinished on request (urgency, due_at, id) where state < 7;

-- "What happened at this address before?"
create index request_place on request (residence, dwelling, opened_at);

-- What happened to each request, in order; nothing rewrites it. Replaying `changes` gives the row of `request`.
create table journal (
  request integer not null references request (id),
  sequence integer not null,
  at integer not null,
  entered_at integer not null,
  action integer not null,
  who text not null,
  typed_by text,
  reason text,
  changes text not null,
  decision text,
  primary key (request, sequence)
) strict, without rowid;

-- Which migrations this database has seen.
create table migration (
  version integer primary key,
  name text not null,
  applied_at integer not null
) strict;
