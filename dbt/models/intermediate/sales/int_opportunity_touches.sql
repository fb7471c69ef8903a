-- From one day with an activity to the next; the days before the first are a stretch too.
with opportunities as (
    select * from {{ ref('stg_gtm_opportunities') }}
),

sales_activities as (
    select * from {{ ref('stg_sales_activities') }}
),

turns as (
    select distinct opp_id, {{ utc_date('occurred_at') }} as active_on, {{ utc_date('occurred_at') }} as valid_from
    from sales_activities
    where opp_id is not null
    union all
    select opp_id, cast(null as date) as active_on, {{ no_start() }} as valid_from
    from opportunities
),

final as (
    select
        opp_id,
        active_on,
        valid_from,
        coalesce(lead(valid_from) over (partition by opp_id order by valid_from), {{ no_end() }}) as valid_to
    from turns
)

select * from final
