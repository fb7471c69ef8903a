-- While a term ends within 90 days: how long nobody of the team has spoken with the customer, at most since the signup
-- or the first activity that is known. NULL where activities say nothing of the day, or never name a customer.
with ledger as (
    select * from {{ ref('int_customer_days') }}
),

spans as (
    select * from {{ ref('int_subscription_spans') }}
),

source_days as (
    select * from {{ ref('int_source_days') }}
),

sources as (
    {{ pivot_source_days(['raw.sales_activities']) }}
),

spoken as (
    select
        customer_id,
        metric_date,
        tenure_days,
        is_active,
        max(case when team_contacts > 0 then metric_date end) over (
            partition by customer_id order by metric_date
            rows between unbounded preceding and current row
        ) as last_contact_on,
        min(case when team_contacts > 0 then metric_date end) over () as first_contact_of_all
    from ledger
),

final as (
    select
        spoken.customer_id,
        spoken.metric_date as day,
        max({{ when_covered(
            'raw.sales_activities', 30,
            'least(spoken.tenure_days, '
            ~ days_between(
                'coalesce(spoken.last_contact_on, sources.' ~ source_start('raw.sales_activities') ~ ')',
                'spoken.metric_date'
            ) ~ ')',
            'spoken.metric_date'
        ) }}) as value
    from spoken
    inner join spans
        on spoken.customer_id = spans.customer_id
        and spoken.metric_date >= spans.valid_from
        and spoken.metric_date < spans.ends_on
        and spoken.metric_date <= spans.term_end
        and spoken.metric_date >= {{ add_days('spans.term_end', -90) }}
    inner join sources on spoken.metric_date = sources.metric_date
    where spoken.is_active
        and spoken.first_contact_of_all <= spoken.metric_date
    group by spoken.customer_id, spoken.metric_date
)

select * from final
