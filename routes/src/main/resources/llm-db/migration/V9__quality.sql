-- What people and programs think of answers: of each call one judgement by each name and judge, the last one.
create table llm_score (
    id uuid not null primary key,
    call_id uuid not null,
    -- what judged, such as feedback, refusal or judge
    name varchar(64) not null,
    -- who judged: the caller's key, or what a route says
    judge varchar(128) not null,
    at timestamp with time zone not null,
    -- ten-thousandths, from 0 to 10000
    score integer not null,
    label varchar(64),
    -- text of users: it is in no log
    comment varchar(2000),
    -- as the judgement says it; null for the call's tag task
    given_task varchar(128),
    -- tag that the call must have for the judgement to count; null for any call
    owner_tag varchar(64),
    owner_value varchar(256),
    -- false until the ledger knows the call. What follows is how it is counted in llm_score_sum
    counted boolean not null,
    bucket timestamp with time zone,
    task varchar(128),
    provider varchar(64),
    model varchar(256),
    currency varchar(3),
    cost_nanos bigint,
    latency_micros bigint,
    unique (call_id, name, judge)
);
create index llm_score_waiting on llm_score (counted, judge);
create index llm_score_at on llm_score (at);

-- Sums that leaderboards read, by the day (UTC) on which the calls began.
create table llm_score_sum (
    bucket timestamp with time zone not null,
    task varchar(128) not null,
    name varchar(64) not null,
    provider varchar(64) not null,
    model varchar(256) not null,
    -- of the cost; empty where it is unknown
    currency varchar(3) not null,
    scores bigint not null,
    -- scores that are 0 or 1, and of these the 1
    yes_or_no bigint not null,
    yes bigint not null,
    -- ten-thousandths, and their squares
    score_sum bigint not null,
    square_sum bigint not null,
    cost_nanos bigint not null,
    latency_micros bigint not null,
    primary key (bucket, task, name, provider, model, currency)
);

-- Weights that a router was given, from what its targets' answers are worth. The highest version holds. Rows are only added.
create table llm_router_weights (
    router varchar(128) not null,
    version bigint not null,
    at timestamp with time zone not null,
    actor varchar(128) not null,
    -- rebalance, restore, or reset to the router's definition
    kind varchar(16) not null,
    -- by target, as JSON; empty for the definition's own
    weights varchar(32000) not null,
    -- why, as JSON: in a word, and for each target
    reason varchar(32000) not null,
    primary key (router, version)
);
