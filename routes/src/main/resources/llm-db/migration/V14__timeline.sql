-- From when whoever serves the call began with it to the start of this attempt, waits and earlier attempts included.
alter table llm_attempt add column started_after_micros bigint;
-- Pieces of the answer, if it was a stream.
alter table llm_attempt add column chunks bigint;
