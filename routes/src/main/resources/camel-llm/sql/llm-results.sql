-- What the workers of queues store: one row for each message, by its key. For H2 and PostgreSQL; in another database, make
-- a table with the same columns. Its name is the parameter `table` of the templates.
create table if not exists llm_results (
    message_id    varchar(500) not null primary key,
    status        varchar(20)  not null, -- done or dead-letter
    answer        text,
    reason        varchar(2000),
    provider      varchar(100),
    model         varchar(300),
    input_tokens  bigint,
    output_tokens bigint,
    cost          numeric(24, 9),
    cost_currency varchar(3),
    stored_at     timestamp with time zone default current_timestamp not null
);
