-- What customers paid 365 days before a day, what of it is still paid, and what they pay now. A customer's two amounts
-- change only on the days on which a period begins or ends, and 365 days after those.
with subscription_periods as (
    select * from {{ ref('stg_subscription_periods') }}
),

bounded as (
    select
        customer_id,
        valid_from,
        {{ to_money("case when change_type = 'churn' then 0 else mrr end") }} as mrr,
        least(
            coalesce(valid_to, {{ no_end() }}),
            coalesce(
                lead(valid_from) over (partition by subscription_id order by valid_from), {{ no_end() }}
            )
        ) as ends_on
    from subscription_periods
),

changes as (
    select customer_id, valid_from as day, mrr as now_change, 0 as before_change from bounded
    union all
    select customer_id, ends_on as day, -mrr as now_change, 0 as before_change from bounded
    union all
    select customer_id, {{ add_days('valid_from', 365) }} as day, 0 as now_change, mrr as before_change from bounded
    union all
    select customer_id, {{ add_days('ends_on', 365) }} as day, 0 as now_change, -mrr as before_change from bounded
),

daily as (
    select customer_id, day, sum(now_change) as now_change, sum(before_change) as before_change
    from changes
    group by customer_id, day
),

states as (
    select
        day as starts_on,
        lead(day) over (partition by customer_id order by day) as ends_on,
        sum(now_change) over (partition by customer_id order by day) as mrr_now,
        sum(before_change) over (partition by customer_id order by day) as mrr_before
    from daily
    where day <= {{ as_of() }}
),

final as (
    select '' as owner_id, 'mrr_year_ago' as measure, starts_on, ends_on, {{ to_money('mrr_before') }} as value
    from states
    where mrr_before > 0
    union all
    select
        '' as owner_id,
        'mrr_kept' as measure,
        starts_on,
        ends_on,
        {{ to_money('least(mrr_now, mrr_before)') }} as value
    from states
    where mrr_before > 0
    union all
    select '' as owner_id, 'mrr_of_same_customers' as measure, starts_on, ends_on, {{ to_money('mrr_now') }} as value
    from states
    where mrr_before > 0
)

select * from final
