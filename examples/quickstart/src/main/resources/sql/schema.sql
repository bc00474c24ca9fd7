-- One row for each part of a file that a model has answered: an e-mail, a note, some rows of a CSV file
create table if not exists documents (
    file           varchar(4000) not null,
    part           int           not null,
    version        varchar(100)  not null,
    kind           varchar(20)   not null,
    category       varchar(20)   not null,
    urgency        varchar(20)   not null,
    entities       varchar(100000) not null,
    summary        varchar(100000) not null,
    provider       varchar(100)  not null,
    model          varchar(300)  not null,
    input_tokens   bigint,
    output_tokens  bigint,
    cost           numeric(24, 9),
    cost_currency  varchar(3),
    price_date     date,
    latency_millis bigint        not null,
    answered_at    timestamp with time zone default current_timestamp not null,
    primary key (file, part)
);
-- One row for each file that came to its end: status done or dead-letter
create table if not exists files (
    file        varchar(4000) not null primary key,
    version     varchar(100)  not null,
    status      varchar(20)   not null,
    reason      varchar(100000),
    finished_at timestamp with time zone not null
);
-- Where Camel's JdbcMessageIdRepository remembers them; its own table has room for short names only
create table if not exists camel_messageprocessed (
    processorname varchar(255)  not null,
    messageid     varchar(4100) not null,
    createdat     timestamp,
    primary key (processorname, messageid)
);
