-- When an amount is of no use any more, in seconds since 1970; 0: nobody has said yet, so it is kept.
alter table llm_budget_spent add column forget_after bigint default 0 not null;
-- No window of a budget is longer than 366 days.
update llm_budget_spent set forget_after = period + 400 * 86400 where period > 0;
create index llm_budget_spent_forget on llm_budget_spent (forget_after);
-- A start and the dashboard read from a period on.
create index llm_budget_spent_period on llm_budget_spent (period);
