-- The ledger. Runs on PostgreSQL, and on H2 in its PostgreSQL mode. Amounts are billionths of their currency.

-- One row for each attempt, written once it ended. Never changed.
create table llm_attempt (
    id uuid not null primary key,
    call_id uuid not null,
    node varchar(64) not null,
    started_at timestamp with time zone not null,
    operation varchar(32) not null,
    provider varchar(64) not null,
    telemetry_name varchar(64) not null,
    request_model varchar(256) not null,
    response_model varchar(256),
    stream boolean not null,
    waited_micros bigint not null,
    latency_micros bigint not null,
    first_chunk_micros bigint,
    outcome varchar(16) not null,
    error_type varchar(128),
    status_code integer,
    request_id varchar(256),
    finish_reason varchar(32),
    -- whether anything may have been charged
    billable boolean not null,
    -- reported, counted or unknown
    usage_source varchar(16) not null,
    input_tokens bigint,
    output_tokens bigint,
    cache_read_input_tokens bigint,
    cache_creation_input_tokens bigint,
    cache_creation_1h_input_tokens bigint,
    reasoning_output_tokens bigint,
    input_audio_tokens bigint,
    input_image_tokens bigint,
    output_audio_tokens bigint,
    output_image_tokens bigint,
    web_search_requests bigint,
    service_tier varchar(64),
    -- what the provider itself says that it charged
    reported_cost_nanos bigint,
    reported_cost_currency varchar(3),
    -- null if the price or the usage is unknown: unknown is not zero
    cost_nanos bigint,
    currency varchar(3),
    price_book varchar(128),
    price_model varchar(256),
    price_date date,
    -- names of Cost.Assumption with commas between them
    assumptions varchar(512),
    -- exact, semantic or coalesced, if our own cache answered
    cache_hit varchar(16),
    saved_nanos bigint,
    dropped_options varchar(512),
    -- a JSON object with its members sorted
    tags varchar(4000) not null
);
create index llm_attempt_started_at on llm_attempt (started_at);
create index llm_attempt_call_id on llm_attempt (call_id);
create index llm_attempt_request_id on llm_attempt (request_id);

-- Double entry: each row moves an amount between what is available, reserved and spent, so that the three sum to zero.
-- id is the attempt's for RESERVE, SETTLE and RELEASE, and the adjustment's own for ADJUST. Rows are only ever added.
create table llm_entry (
    id uuid not null,
    kind varchar(8) not null,
    attempt_id uuid,
    at timestamp with time zone not null,
    provider varchar(64) not null,
    model varchar(256) not null,
    currency varchar(3) not null,
    available_nanos bigint not null,
    reserved_nanos bigint not null,
    spent_nanos bigint not null,
    price_book varchar(128),
    -- why, and who or what did it; for adjustments
    reason varchar(256),
    actor varchar(128),
    -- No check of kind: H2 2.4 cannot compare texts in a check once the connection that made the table is closed
    primary key (id, kind),
    check (available_nanos + reserved_nanos + spent_nanos = 0)
);
create index llm_entry_at on llm_entry (at);
create index llm_entry_attempt on llm_entry (attempt_id);

-- What budgets have spent by what the ledger holds.
create table llm_budget_spent (
    account varchar(512) not null,
    period bigint not null,
    currency varchar(3) not null,
    nanos bigint not null,
    primary key (account, period, currency)
);

-- Sums that reports read. grain is minute, hour or day (UTC); bucket is when it begins. tag_name and tag_value are empty in
-- the rows that count every attempt, and name one tag in the others, so that an attempt counts once for each of its tags.
create table llm_rollup (
    grain varchar(6) not null,
    bucket timestamp with time zone not null,
    tag_name varchar(64) not null,
    tag_value varchar(256) not null,
    provider varchar(64) not null,
    model varchar(256) not null,
    operation varchar(32) not null,
    -- of the cost; empty where there is none
    currency varchar(3) not null,
    attempts bigint not null,
    failed bigint not null,
    cancelled bigint not null,
    interrupted bigint not null,
    cache_hits bigint not null,
    -- may have been charged, but price or usage is unknown
    unpriced bigint not null,
    input_tokens bigint not null,
    output_tokens bigint not null,
    cache_read_input_tokens bigint not null,
    reasoning_output_tokens bigint not null,
    cost_nanos bigint not null,
    adjusted_nanos bigint not null,
    saved_nanos bigint not null,
    primary key (grain, bucket, tag_name, tag_value, provider, model, operation, currency)
);
create index llm_rollup_by_tag on llm_rollup (grain, tag_name, bucket);

-- How many took how long: measure is latency or first_chunk, le the index of a class of durations.
create table llm_rollup_duration (
    grain varchar(6) not null,
    bucket timestamp with time zone not null,
    tag_name varchar(64) not null,
    tag_value varchar(256) not null,
    provider varchar(64) not null,
    model varchar(256) not null,
    measure varchar(16) not null,
    le smallint not null,
    attempts bigint not null,
    primary key (grain, bucket, tag_name, tag_value, provider, model, measure, le)
);
create index llm_rollup_duration_by_tag on llm_rollup_duration (grain, tag_name, bucket);

-- Changes of what decides about money.
create table llm_audit (
    id uuid not null primary key,
    at timestamp with time zone not null,
    kind varchar(32) not null,
    name varchar(256) not null,
    actor varchar(128) not null,
    before_text varchar(4000) not null,
    after_text varchar(4000) not null
);

-- How far each node's journal has been taken over.
create table llm_journal_position (
    node varchar(64) not null primary key,
    segment bigint not null,
    position bigint not null,
    at timestamp with time zone not null
);
