-- What a request's row no longer tells: orders, visits, work and rounds that led to nothing. Follows from the journal.
create table attempt (
  request bigint not null references request (id),
  sequence bigint not null,
  how bigint not null,
  at bigint not null,
  urgency bigint not null,
  target_at bigint,
  stopped bigint not null,
  policy text collate "C",
  provider text collate "C",
  assigned_at bigint,
  accepted_at bigint,
  promised_at bigint,
  callback bigint not null,
  out_of_contract bigint not null,
  visit_from bigint,
  done_at bigint,
  cost bigint,
  check_required bigint not null,
  verified_at bigint,
  tacit bigint not null,
  closed_at bigint,
  rating bigint,
  penalty bigint,
  state bigint not null,
  primary key (request, sequence)
);

-- What figures are made of, for 4096 requests each (the number is id / 4096), packed by whoever counted last. Any change
-- of one of these requests removes it.
create table pack (
  number bigint primary key,
  begun_from bigint not null,
  ended_to bigint not null,
  content text collate "C" not null
);

-- What became of a penalty for the lateness of the order.
alter table request add column penalty bigint;
