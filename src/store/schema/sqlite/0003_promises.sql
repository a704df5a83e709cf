-- Clocks, appointments, checks and answers.
alter table request add column wishes text;
alter table request add column promise_terms text;
alter table request add column stopped integer not null default 0;
alter table request add column visit_by text;
alter table request add column photos text;
alter table request add column check_due_at integer;
alter table request add column findings text;
alter table request add column tacit integer not null default 0;
alter table request add column told_at integer;
alter table request add column told_how integer;
alter table request add column answer_due_at integer;
alter table request add column rating_word text;
alter table request add column targets_missed integer not null default 0;

-- The texts of the policies under which something was promised; `version` is the fingerprint of `text`.
create table policy (
  number integer primary key,
  version text not null unique,
  text text not null
) strict;

-- How each check ended: "is this provider's work to be watched?" Follows from the journal.
create table inspection (
  request integer not null references request (id),
  sequence integer not null,
  at integer not null,
  provider text not null,
  passed integer not null,
  primary key (request, sequence)
) strict, without rowid;
create index inspection_provider on inspection (provider, at);
insert into inspection (request, sequence, at, provider, passed)
  select j.request, j.sequence, j.at,
         coalesce((select json_extract(d.changes, '$.done_provider') from journal d where d.request = j.request and d.action = 9 and d.sequence < j.sequence
                   order by d.sequence desc limit 1), ''),
         case when j.changes like '%"verified_at"%' then 1 else 0 end
  from journal j
  where j.action = 10;

-- What stands still is not pressing.
drop index request_unfinished;
create index request_unfinished on request (urgency, coalesce(due_at, 253402300799), id) where state < 7;

-- "Who goes where on Monday?"
create index request_visits on request (visit_from) where state = 3;
