{{ config(materialized='table') }}

{%- set counts = [
    'sessions', 'desktop_sessions', 'mobile_sessions', 'timed_sessions', 'session_seconds', 'finished_sessions',
    'crashed_sessions', 'requests', 'errors', 'cohort_users', 'retained_users', 'entitled_users', 'adopting_users'
] %}

-- What flowed counts for a tier on those of its days on which the customer is on that tier.
with flows as (
    select * from {{ ref('int_product_flows') }}
),

customer_tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

segments as (
    select * from {{ ref('int_product_segments') }}
),

days as (
    select * from {{ ref('int_days') }}
),

spans as (
    select
        case when owner_type = 'platform' then 'platform' else 'company' end as segment_type,
        case when owner_type = 'platform' then owner_id else 'all' end as segment,
        metric_date,
        until_date,
        {{ counts | join(', ') }}
    from flows
    union all
    select
        'plan_tier',
        customer_tiers.plan_tier,
        greatest(flows.metric_date, customer_tiers.valid_from),
        least(flows.until_date, customer_tiers.ends_on),
        {{ counts | join(', ') }}
    from flows
    inner join customer_tiers
        on flows.owner_id = customer_tiers.customer_id
        and flows.metric_date < customer_tiers.ends_on
        and flows.until_date > customer_tiers.valid_from
    where flows.owner_type = 'customer' and customer_tiers.plan_tier is not null
),

deltas as (
    select segment_type, segment, metric_date, {{ counts | join(', ') }}
    from spans
    union all
    select segment_type, segment, until_date, -{{ counts | join(', -') }}
    from spans
),

changes as (
    select
        segment_type,
        segment,
        metric_date
        {%- for name in counts %},
        cast(sum({{ name }}) as bigint) as {{ name }}
        {%- endfor %}
    from deltas
    where metric_date <= {{ as_of() }}
    group by segment_type, segment, metric_date
),

spine as (
    select segments.segment_type, segments.segment, days.metric_date
    from segments
    inner join days on segments.first_date <= days.metric_date
),

final as (
    select
        spine.segment_type,
        spine.segment,
        spine.metric_date
        {%- for name in counts %},
        cast(
            coalesce(
                sum(changes.{{ name }}) over (
                    partition by spine.segment_type, spine.segment
                    order by spine.metric_date rows unbounded preceding
                ),
                0
            ) as bigint
        ) as {{ name }}
        {%- endfor %}
    from spine
    left join changes
        on spine.segment_type = changes.segment_type
        and spine.segment = changes.segment
        and spine.metric_date = changes.metric_date
)

select * from final
