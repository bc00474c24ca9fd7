-- Rate limits that nodes share.

-- Token buckets, as Bucket4j keeps them. expires_at in milliseconds since 1970.
create table llm_limit_bucket (
    id varchar(512) not null primary key,
    state bytea,
    expires_at bigint
);
create index llm_limit_bucket_expires on llm_limit_bucket (expires_at);

-- Nodes, and when they last said that they are alive.
create table llm_limit_node (
    node varchar(64) not null primary key,
    seen_at timestamp with time zone not null
);

-- How many calls a node has under way. Counts only while the node is alive.
create table llm_limit_place (
    account varchar(512) not null,
    node varchar(64) not null,
    held bigint not null,
    primary key (account, node)
);
