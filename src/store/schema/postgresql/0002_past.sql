-- What kind of fault, as a rule named it; an order sent without a contract.
alter table request add column problem text collate "C";
alter table request add column out_of_contract bigint not null default 0;

-- "Did the neighbours report the same?"
create index request_building on request (residence, building, opened_at) where building is not null;

-- "How much did this provider get, and what did it cost?"
create index request_orders on request (provider, assigned_at) where provider is not null;

-- "What is part of it?"
create index request_parent on request (parent) where parent is not null;
