-- What each team spent in a month, in units of the currency
select tag_value as team, currency, sum(cost_nanos + adjusted_nanos) / 1e9 as spent, sum(attempts) as priced_attempts
from llm_rollup
where grain = 'day' and tag_name = 'team' and currency <> '' and bucket >= timestamp with time zone '2026-11-01 00:00:00+00'
group by tag_value, currency
order by spent desc;

-- All that is known of one call: its attempts in their order
select started_at, provider, request_model, outcome, error_type, input_tokens, output_tokens, cost_nanos, currency
from llm_attempt
where call_id = '019aa0c2-0000-7000-8000-000000000000'
order by started_at;
