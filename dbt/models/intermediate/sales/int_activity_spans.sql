-- An activity counts on its day and the 29 days after it.
with sales_activities as (
    select * from {{ ref('stg_sales_activities') }}
),

daily as (
    select member_id, activity_type, {{ utc_date('occurred_at') }} as active_on, count(*) as activities
    from sales_activities
    where activity_type in ('call', 'email', 'meeting')
    group by member_id, activity_type, {{ utc_date('occurred_at') }}
),

final as (
    select
        member_id as owner_id,
        case activity_type
            when 'call' then 'calls_made_30d'
            when 'email' then 'emails_sent_30d'
            else 'meetings_held_30d'
        end as measure,
        active_on as starts_on,
        {{ add_days('active_on', 30) }} as ends_on,
        {{ to_money('activities') }} as value
    from daily
)

select * from final
