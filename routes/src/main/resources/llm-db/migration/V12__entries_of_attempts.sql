-- The entries of an attempt follow from its row, so that most attempts need no other. In rows of their own stand adjustments,
-- the reservations of attempts that were still under way when they were booked, and all entries from before this version.
alter table llm_entry rename to llm_entry_row;

-- What the attempt could cost at most.
alter table llm_attempt add column reserved_nanos bigint;
alter table llm_attempt add column reserved_currency varchar(3);
-- Whether the reservation has a row of its own. Null if all entries of the attempt have.
alter table llm_attempt add column reserved_apart boolean;

-- Made by the first who looks for attempts by the provider's ids, which come in no order: see LedgerAttempts.
drop index llm_attempt_request_id;

create view llm_entry as
select id, kind, attempt_id, at, provider, model, currency, available_nanos, reserved_nanos, spent_nanos, price_book, reason,
    actor, posted_at
from llm_entry_row
union all
select id, 'RESERVE', id, started_at, provider, request_model, reserved_currency, -reserved_nanos, reserved_nanos, 0, null, null,
    null, null
from llm_attempt
where not reserved_apart and reserved_nanos is not null
union all
-- An unknown cost spends nothing here, because unknown is neither zero nor the worst: the attempt's row says so by its empty
-- cost. Budgets are charged apart. XXX is ISO 4217 for no currency.
select id, 'SETTLE', id, ended_at, provider, request_model, entry_currency, held_nanos - spent_nanos, -held_nanos, spent_nanos,
    price_book,
    case when cost_nanos is not null then null when outcome = 'INTERRUPTED' then 'interrupted' else 'cost unknown' end, null, null
from (
    select id, started_at + latency_micros * interval '0.000001' second as ended_at, provider, request_model, outcome, price_book,
        cost_nanos, coalesce(cost_nanos, 0) as spent_nanos, coalesce(currency, reserved_currency, 'XXX') as entry_currency,
        case when reserved_currency = coalesce(currency, reserved_currency) then reserved_nanos else 0 end as held_nanos
    from llm_attempt
    where reserved_apart is not null and billable
) settled
union all
-- Of an attempt that cost nothing, or something in another currency: what was reserved and what it cost then have no difference.
select id, 'RELEASE', id, started_at + latency_micros * interval '0.000001' second, provider, request_model, reserved_currency,
    reserved_nanos, -reserved_nanos, 0, null, error_type, null, null
from llm_attempt
where reserved_apart is not null and reserved_nanos is not null
    and (not billable or reserved_currency <> coalesce(currency, reserved_currency));
