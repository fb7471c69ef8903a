{{ config(materialized='table') }}

{%- set sessions = [
    'sessions', 'desktop_sessions', 'mobile_sessions', 'timed_sessions', 'session_seconds', 'finished_sessions',
    'crashed_sessions', 'requests', 'errors'
] %}

-- Sessions count for 30 days. A user is in the retention cohort from 60 to 89 days after the first active day, a release
-- counts for the 90 days that begin with the last of its 7. API clients have requests and errors, but no visits;
-- how long they run stands in the row of their platform alone.
with session_days as (
    select * from {{ ref('int_session_days') }}
),

user_days as (
    select * from {{ ref('int_user_days') }}
),

feature_days as (
    select * from {{ ref('int_user_feature_days') }}
),

platform_days as (
    select * from {{ ref('int_user_platform_days') }}
),

platform_feature_days as (
    select * from {{ ref('int_user_platform_feature_days') }}
),

releases as (
    select * from {{ ref('int_release_days') }}
),

session_flows as (
    select
        customer_id,
        platform,
        metric_date,
        case when platform <> 'api' then sessions else 0 end as sessions,
        case when platform = 'desktop' then sessions else 0 end as desktop_sessions,
        case when platform = 'mobile' then sessions else 0 end as mobile_sessions,
        case when platform <> 'api' then timed_sessions else 0 end as timed_sessions,
        case when platform <> 'api' then session_seconds else 0 end as session_seconds,
        case when platform <> 'api' then finished_sessions else 0 end as finished_sessions,
        case when platform <> 'api' then crashed_sessions else 0 end as crashed_sessions,
        requests,
        errors,
        timed_sessions as own_timed_sessions,
        session_seconds as own_session_seconds
    from session_days
),

lives as (
    select 'customer' as owner_type, customer_id as owner_id, first_date, users, retained_users
    from ({{ user_retention('customer_id', 'customer_id', 'user_days') }}) as customers
    union all
    select 'platform', platform, first_date, users, retained_users
    from ({{ user_retention('platform', 'platform, customer_id', 'platform_days') }}) as platforms
),

adoptions as (
    select 'customer' as owner_type, customer_id as owner_id, last_date, entitled_users, adopting_users
    from ({{ release_adoption('customer_id', 'customer_id', 'user_days', 'feature_days') }}) as customers
    union all
    select 'platform', platform, last_date, entitled_users, adopting_users
    from ({{ release_adoption('platform', 'platform, customer_id', 'platform_days', 'platform_feature_days') }})
        as platforms
),

flows as (
    select
        'customer' as owner_type,
        customer_id as owner_id,
        metric_date,
        {{ add_days('metric_date', 30) }} as until_date,
        {{ sessions | join(',\n        ') }},
        0 as cohort_users,
        0 as retained_users,
        0 as entitled_users,
        0 as adopting_users
    from session_flows
    union all
    select 'platform', platform, metric_date, {{ add_days('metric_date', 30) }}, sessions, desktop_sessions,
        mobile_sessions, own_timed_sessions, own_session_seconds, finished_sessions, crashed_sessions, requests, errors,
        0, 0, 0, 0
    from session_flows
    where platform <> 'unknown'
    union all
    select owner_type, owner_id, {{ add_days('first_date', 60) }}, {{ add_days('first_date', 90) }},
        0, 0, 0, 0, 0, 0, 0, 0, 0, users, retained_users, 0, 0
    from lives
    union all
    select owner_type, owner_id, last_date, {{ add_days('last_date', 90) }},
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, entitled_users, adopting_users
    from adoptions
),

final as (
    select
        owner_type,
        owner_id,
        metric_date,
        until_date
        {%- for name in sessions + ['cohort_users', 'retained_users', 'entitled_users', 'adopting_users'] %},
        cast(sum({{ name }}) as bigint) as {{ name }}
        {%- endfor %}
    from flows
    where metric_date <= {{ as_of() }}
    group by owner_type, owner_id, metric_date, until_date
)

select * from final
