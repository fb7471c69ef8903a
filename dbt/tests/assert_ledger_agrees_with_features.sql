-- The features of today are counted from the events, the ledger day by day: both have to come to the same.
select features.customer_id
from {{ ref('mart_customer_churn_features') }} as features
left join {{ ref('int_customer_rates') }} as rates
    on features.customer_id = rates.customer_id
    and rates.metric_date = {{ as_of() }}
left join {{ ref('int_customer_days') }} as ledger
    on features.customer_id = ledger.customer_id
    and ledger.metric_date = {{ as_of() }}
where ledger.customer_id is null
    or features.mrr <> ledger.mrr
    or features.plan_tier <> ledger.plan_tier
    or features.tenure_days <> ledger.tenure_days
    or features.total_events <> ledger.events_total
    or features.retention_signal_count <> ledger.retention_signals_total
    or features.high_priority_tickets <> ledger.high_priority_tickets_total
    or features.events_last_30d <> rates.events_30d
    or features.tickets_last_30d <> rates.tickets_30d
