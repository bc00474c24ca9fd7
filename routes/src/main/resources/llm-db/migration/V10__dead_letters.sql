-- Calls of the gateway and messages of routes that failed for good, where somebody asked to keep them.
create table llm_dead_letter (
    id uuid not null primary key,
    at timestamp with time zone not null,
    -- gateway, or the name that a route gave
    source varchar(100) not null,
    call_id uuid,
    caller varchar(200) not null,
    model varchar(300) not null,
    error_type varchar(100) not null,
    reason varchar(1000) not null,
    tags varchar(4000) not null,
    -- what was asked, encrypted with a key that is not in the database; null if it was too long to be kept
    content bytea,
    content_bytes bigint not null,
    -- KEPT, REPLAYING, REPLAYED or DISCARDED
    state varchar(16) not null,
    replays integer not null,
    -- the latest replay or the discarding
    acted_at timestamp with time zone,
    actor varchar(128),
    replay_call_id uuid,
    -- the dead letter whose replay failed
    replay_of uuid
);
create index llm_dead_letter_at on llm_dead_letter (at, id);
