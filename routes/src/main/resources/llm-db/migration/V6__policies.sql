-- Definitions of budgets and limits that people and programs change while nodes run. definition is what would stand in a YAML
-- file for this one.
create table llm_policy (
    kind varchar(16) not null,
    name varchar(128) not null,
    definition varchar(8000) not null,
    actor varchar(128) not null,
    changed_at timestamp with time zone not null,
    primary key (kind, name)
);
