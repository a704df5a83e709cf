-- What a request's row no longer tells: orders, visits, work and rounds that led to nothing. Follows from the journal.
create table attempt (
  request integer not null references request (id),
  sequence integer not null,
  how integer not null,
  at integer not null,
  urgency integer not null,
  target_at integer,
  stopped integer not null,
  policy text,
  provider text,
  assigned_at integer,
  accepted_at integer,
  promised_at integer,
  callback integer not null,
  out_of_contract integer not null,
  visit_from integer,
  done_at integer,
  cost integer,
  check_required integer not null,
  verified_at integer,
  tacit integer not null,
  closed_at integer,
  rating integer,
  penalty integer,
  state integer not null,
  primary key (request, sequence)
) strict, without rowid;

-- What figures are made of, for 4096 requests each (the number is id / 4096), packed by whoever counted last. Any change
-- of one of these requests removes it.
create table pack (
  number integer primary key,
  begun_from integer not null,
  ended_to integer not null,
  content text not null
) strict;

-- What became of a penalty for the lateness of the order.
alter table request add column penalty integer;
