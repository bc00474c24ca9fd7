-- One row for each record that a model has answered. Nothing here forbids a second one: that there is none is the routes' work
create table if not exists feedback (
    source        varchar(1000) not null,
    record        bigint        not null,
    id            varchar(100)  not null,
    received      varchar(30)   not null,
    channel       varchar(30)   not null,
    customer      varchar(100)  not null,
    text          varchar(100000) not null,
    category      varchar(30)   not null,
    sentiment     varchar(30)   not null,
    summary       varchar(10000) not null
);
create index if not exists feedback_by_record on feedback (source, record);
-- Where Camel's JdbcMessageIdRepository remembers the finished records; its own table has room for short names only
create table if not exists camel_messageprocessed (
    processorname varchar(255)  not null,
    messageid     varchar(1100) not null,
    createdat     timestamp,
    primary key (processorname, messageid)
);
