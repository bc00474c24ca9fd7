-- Cached answers. Rows may be deleted at any time.
create table llm_cache (
    -- hash of the question
    id varchar(64) not null primary key,
    expires_at timestamp with time zone not null,
    -- the answer as the cache writes it: its words can be read in it
    answer bytea not null
);
create index llm_cache_expires_at on llm_cache (expires_at);
