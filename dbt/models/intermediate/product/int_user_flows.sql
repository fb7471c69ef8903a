{{ config(materialized='table') }}

-- A user is in the retention cohort from 60 to 89 days after the first active day, a release counts for the 90 days that
-- begin with the last of its 7.
with users as (
    select * from {{ ref('int_user_keys') }}
),

features as (
    select * from {{ ref('int_feature_keys') }}
),

release_days as (
    select * from {{ ref('int_release_days') }}
),

user_days as (
    select * from {{ ref('int_user_days') }}
),

active_platform_days as (
    select * from {{ ref('int_user_platform_days') }}
),

event_days as (
    select * from {{ ref('int_user_event_days') }}
),

releases as (
    select
        users.customer_key,
        release_days.feature_id,
        features.feature_key,
        release_days.last_date,
        release_days.metric_date
    from release_days
    inner join users on release_days.customer_id = users.customer_id and users.user_key = users.customer_key
    left join features on release_days.feature_id = features.feature_id
),

platform_days as (
    select * from active_platform_days where platform is not null
),

feature_days as (
    select event_days.*
    from event_days
    inner join (select distinct feature_key, metric_date from releases) as released
        on event_days.feature_key = released.feature_key and event_days.metric_date = released.metric_date
),

flows as (
    select 'customer' as owner_type, users.customer_id as owner_id, first_date, cast(null as date) as last_date,
        customers.users, customers.retained_users, 0 as entitled_users, 0 as adopting_users
    from ({{ user_retention('customer_key', 'user_days') }}) as customers
    inner join users on customers.customer_key = users.user_key
    union all
    select 'platform', platform, first_date, cast(null as date), users, retained_users, 0, 0
    from ({{ user_retention('platform', 'platform_days') }}) as platforms
    union all
    select 'customer', users.customer_id, cast(null as date), last_date, 0, 0, entitled_users, adopting_users
    from ({{ release_adoption('customer_key', 'user_days', 'feature_days') }}) as customers
    inner join users on customers.customer_key = users.user_key
    union all
    select 'platform', platform, cast(null as date), last_date, 0, 0, entitled_users, adopting_users
    from ({{ release_adoption('platform', 'platform_days', 'feature_days') }}) as platforms
),

final as (
    select
        owner_type,
        owner_id,
        coalesce(last_date, {{ add_days('first_date', 60) }}) as metric_date,
        coalesce({{ add_days('last_date', 90) }}, {{ add_days('first_date', 90) }}) as until_date,
        cast(sum(users) as integer) as cohort_users,
        cast(sum(retained_users) as integer) as retained_users,
        cast(sum(entitled_users) as integer) as entitled_users,
        cast(sum(adopting_users) as integer) as adopting_users
    from flows
    where coalesce(last_date, {{ add_days('first_date', 60) }}) <= {{ as_of() }}
    group by owner_type, owner_id, first_date, last_date
)

select * from final
