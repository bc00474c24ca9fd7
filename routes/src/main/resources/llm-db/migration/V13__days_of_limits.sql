-- How much of the limits of a calendar day is used. Without the limits themselves, which may change while the day lasts.
create table llm_limit_day (
    id varchar(512) not null primary key,
    used bigint not null,
    expires_at timestamp with time zone not null
);
create index llm_limit_day_expires on llm_limit_day (expires_at);
