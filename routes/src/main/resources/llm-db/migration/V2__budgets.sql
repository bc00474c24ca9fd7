-- Budgets that nodes share. Amounts are billionths of the account's currency, periods seconds since 1970.

-- Held with "for update" by whoever changes an account's amounts, so that a window of several periods has one owner.
create table llm_budget_account (
    account varchar(512) not null primary key
);

create table llm_budget_amount (
    account varchar(512) not null,
    period bigint not null,
    spent_nanos bigint not null,
    reserved_nanos bigint not null,
    -- null: nobody has said yet, so it is kept
    forget_after timestamp with time zone,
    primary key (account, period)
);
create index llm_budget_amount_forget on llm_budget_amount (forget_after);

-- What is set aside for attempts under way (HELD), and what was charged whole because its node was given up (EXPIRED).
create table llm_budget_hold (
    attempt_id uuid not null,
    account varchar(512) not null,
    period bigint not null,
    nanos bigint not null,
    node varchar(128) not null,
    state varchar(8) not null,
    changed_at timestamp with time zone not null,
    primary key (attempt_id, account, period)
);
create index llm_budget_hold_state on llm_budget_hold (state, node);

-- Attempts and corrections that are booked, so that none is booked twice. Kept for an hour.
create table llm_budget_settled (
    id uuid not null primary key,
    at timestamp with time zone not null
);
create index llm_budget_settled_at on llm_budget_settled (at);

-- A process is taken for dead when its time is over.
create table llm_budget_node (
    node varchar(128) not null primary key,
    alive_until timestamp with time zone not null
);
