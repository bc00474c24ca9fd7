-- Which entries adjust an attempt. The entries that reserve, settle and release, of which there are two for each attempt, have its
-- id for their own and need no index beside it; what a period cost stands in llm_rollup.
create table llm_adjusted (
    attempt_id uuid not null,
    entry_id uuid not null,
    primary key (attempt_id, entry_id)
);
insert into llm_adjusted (attempt_id, entry_id)
    select attempt_id, id from llm_entry where kind = 'ADJUST' and attempt_id is not null;
drop index llm_entry_attempt;
drop index llm_entry_at;
