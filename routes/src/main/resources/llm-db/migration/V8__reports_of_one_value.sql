-- Reports of one team read its rows only.
create index llm_rollup_by_value on llm_rollup (grain, tag_name, tag_value, bucket);
