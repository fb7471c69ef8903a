{{ config(materialized='table') }}

-- A segment is there from the first day something of it was known: a tier from the first customer on it, a platform
-- from the first session on it, the company always.
with customer_tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

session_days as (
    select * from {{ ref('int_session_days') }}
),

days as (
    select * from {{ ref('int_days') }}
),

segments as (
    select 'company' as segment_type, 'all' as segment, min(metric_date) as first_date
    from days
    union all
    select 'plan_tier', plan_tier, min(valid_from)
    from customer_tiers
    where plan_tier is not null
    group by plan_tier
    union all
    select 'platform', platform, min(metric_date)
    from session_days
    where platform <> 'unknown'
    group by platform
),

final as (
    select
        case when segment_type = 'company' then 'all' else segment_type || ':' || segment end as segment_id,
        case
            when segment_type = 'company' then 'Company'
            when segment = 'api' then 'API'
            else upper(substr(segment, 1, 1)) || substr(segment, 2)
        end as segment_name,
        segment_type,
        segment,
        first_date
    from segments
)

select * from final
