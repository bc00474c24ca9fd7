-- An adjustment's "at" is when what it adjusts was used, so that it counts in that day's sums. This is when it was entered.
alter table llm_entry add column posted_at timestamp with time zone;
