-- Virtual keys of the gateway. Only hashes of their secrets are here.
create table llm_key (
    id varchar(40) not null primary key,
    name varchar(128) not null,
    -- SHA-256 of the secret, in hex digits
    hash varchar(64) not null unique,
    -- how the secret begins, for people
    hint varchar(16) not null,
    -- of the secret that was in use before, and how long it still works
    previous_hash varchar(64),
    previous_until timestamp with time zone,
    -- models, tags, metadata, budgets and limits as JSON
    definition varchar(32000) not null,
    created_at timestamp with time zone not null,
    expires_at timestamp with time zone,
    rotated_at timestamp with time zone,
    revoked_at timestamp with time zone,
    actor varchar(128) not null,
    changed_at timestamp with time zone not null
);

-- One row, which every change of a key adds one to, in the same transaction: nodes see by it whether they must read again.
create table llm_key_version (
    version bigint not null
);
insert into llm_key_version (version) values (0);
