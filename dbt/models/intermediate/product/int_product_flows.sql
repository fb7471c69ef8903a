{{ config(materialized='table') }}

{%- set counts = ['sessions', 'timed_sessions', 'session_seconds', 'finished_sessions', 'crashed_sessions', 'requests',
    'errors'] %}
{%- set users = ['cohort_users', 'retained_users', 'entitled_users', 'adopting_users'] %}
{%- set first_day = add_days(as_of(), 1 - var('company_history_days')) %}

-- Sessions count for 30 days: for a tier on those of them on which the customer is on that tier. API clients have requests
-- and errors, but no visits; how long they run stands in the row of their platform alone.
with session_days as (
    select * from {{ ref('int_session_days') }}
    where metric_date > {{ add_days(as_of(), -29 - var('company_history_days')) }}
),

user_flows as (
    select * from {{ ref('int_user_flows') }} where until_date > {{ first_day }}
),

customer_tiers as (
    select * from {{ ref('int_customer_tiers') }} where plan_tier is not null
),

platform_sessions as (
    select
        platform,
        metric_date,
        {{ add_days('metric_date', 30) }} as until_date
        {%- for name in counts %},
        cast(sum({{ name }}) as bigint) as {{ name }}
        {%- endfor %}
    from session_days
    group by platform, metric_date
),

tier_sessions as (
    select
        customer_tiers.plan_tier,
        session_days.platform,
        greatest(session_days.metric_date, customer_tiers.valid_from) as metric_date,
        least({{ add_days('session_days.metric_date', 30) }}, customer_tiers.ends_on) as until_date
        {%- for name in counts %},
        cast(sum(session_days.{{ name }}) as bigint) as {{ name }}
        {%- endfor %}
    from session_days
    inner join customer_tiers
        on session_days.customer_id = customer_tiers.customer_id
        and session_days.metric_date < customer_tiers.ends_on
        and {{ add_days('session_days.metric_date', 30) }} > customer_tiers.valid_from
    group by
        customer_tiers.plan_tier,
        session_days.platform,
        greatest(session_days.metric_date, customer_tiers.valid_from),
        least({{ add_days('session_days.metric_date', 30) }}, customer_tiers.ends_on)
),

sessions as (
    select 'company' as segment_type, 'all' as segment, platform, metric_date, until_date, {{ counts | join(', ') }}
    from platform_sessions
    union all
    select 'platform', platform, platform, metric_date, until_date, {{ counts | join(', ') }}
    from platform_sessions
    where platform <> 'unknown'
    union all
    select 'plan_tier', plan_tier, platform, metric_date, until_date, {{ counts | join(', ') }}
    from tier_sessions
),

flows as (
    select
        segment_type,
        segment,
        metric_date,
        until_date,
        case when platform <> 'api' then sessions else 0 end as sessions,
        case when platform = 'desktop' then sessions else 0 end as desktop_sessions,
        case when platform = 'mobile' then sessions else 0 end as mobile_sessions,
        case when platform <> 'api' or segment_type = 'platform' then timed_sessions else 0 end as timed_sessions,
        case when platform <> 'api' or segment_type = 'platform' then session_seconds else 0 end as session_seconds,
        case when platform <> 'api' then finished_sessions else 0 end as finished_sessions,
        case when platform <> 'api' then crashed_sessions else 0 end as crashed_sessions,
        requests,
        errors,
        0 as cohort_users,
        0 as retained_users,
        0 as entitled_users,
        0 as adopting_users
    from sessions
    union all
    select
        case when owner_type = 'platform' then 'platform' else 'company' end,
        case when owner_type = 'platform' then owner_id else 'all' end,
        metric_date, until_date, 0, 0, 0, 0, 0, 0, 0, 0, 0, {{ users | join(', ') }}
    from user_flows
    union all
    select
        'plan_tier',
        customer_tiers.plan_tier,
        greatest(user_flows.metric_date, customer_tiers.valid_from),
        least(user_flows.until_date, customer_tiers.ends_on),
        0, 0, 0, 0, 0, 0, 0, 0, 0, {{ users | join(', ') }}
    from user_flows
    inner join customer_tiers
        on user_flows.owner_id = customer_tiers.customer_id
        and user_flows.metric_date < customer_tiers.ends_on
        and user_flows.until_date > customer_tiers.valid_from
    where user_flows.owner_type = 'customer'
),

final as (
    select
        segment_type,
        segment,
        greatest(metric_date, {{ first_day }}) as metric_date,
        until_date
        {%- for name in ['sessions', 'desktop_sessions', 'mobile_sessions'] + counts[1:] + users %},
        cast(sum({{ name }}) as bigint) as {{ name }}
        {%- endfor %}
    from flows
    where metric_date <= {{ as_of() }} and until_date > {{ first_day }}
    group by segment_type, segment, greatest(metric_date, {{ first_day }}), until_date
)

select * from final
