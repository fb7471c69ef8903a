{{ config(materialized='table') }}

-- A cell is shown when its month is over for every member of the cohort. A user's cell reaches at most 62 days back.
with customers as (
    select * from {{ ref('int_customers') }}
),

customer_tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

users as (
    select * from {{ ref('stg_users') }}
),

user_keys as (
    select * from {{ ref('int_user_keys') }}
),

user_days as (
    select * from {{ ref('int_user_days') }}
),

days as (
    select * from {{ ref('int_days') }}
),

source_days as (
    select * from {{ ref('int_source_days') }}
),

sources as (
    {{ pivot_source_days(['raw.usage_events']) }}
),

members as (
    select
        'account' as cohort_type,
        customer_id,
        cast(null as integer) as user_key,
        signup_date as joined_on,
        cast({{ dbt.date_trunc('month', 'signup_date') }} as date) as cohort_month
    from customers
    union all
    select
        'user',
        users.customer_id,
        user_keys.user_key,
        {{ utc_date('users.created_at') }},
        cast({{ dbt.date_trunc('month', utc_date('users.created_at')) }} as date)
    from users
    left join user_keys on users.customer_id = user_keys.customer_id and users.user_id = user_keys.user_id
),

-- The month a day lies in, counted from the day a user joined: the calendar months between, less one when the day of
-- the month has not come yet.
user_months as (
    select distinct
        cohort_month,
        user_key,
        calendar_months - case
            when metric_date < cast({{ dbt.dateadd('month', 'calendar_months', 'joined_on') }} as date) then 1
            else 0
        end as months_since
    from (
        select
            members.cohort_month,
            members.user_key,
            members.joined_on,
            user_days.metric_date,
            cast({{ dbt.datediff('members.joined_on', 'user_days.metric_date', 'month') }} as integer)
                as calendar_months
        from members
        inner join user_days on members.user_key = user_days.user_key and members.joined_on <= user_days.metric_date
    ) as dated
),

retained as (
    select
        'account' as cohort_type,
        members.cohort_month,
        cast({{ dbt.datediff('members.cohort_month', 'days.metric_date', 'month') }} as integer) as months_since,
        count(*) as retained
    from members
    inner join customer_tiers on members.customer_id = customer_tiers.customer_id and customer_tiers.is_active
    inner join days
        on days.metric_date >= customer_tiers.valid_from
        and days.metric_date < customer_tiers.ends_on
        and days.is_month_end
    where members.cohort_type = 'account'
    group by members.cohort_month, cast({{ dbt.datediff('members.cohort_month', 'days.metric_date', 'month') }} as integer)
    union all
    select 'user', cohort_month, months_since, count(*)
    from user_months
    group by cohort_month, months_since
),

cells as (
    select
        cohorts.cohort_type,
        cohorts.cohort_month,
        cast({{ dbt.datediff('cohorts.cohort_month', 'days.metric_date', 'month') }} as integer)
            - case when cohorts.cohort_type = 'user' then 1 else 0 end as months_since,
        cohorts.cohort_size,
        cohorts.cohort_type = 'account'
            or coalesce(
                {{ when_covered('raw.usage_events', 62, 'true', 'days.metric_date') }}, false
            ) as is_known
    from (
        select cohort_type, cohort_month, count(*) as cohort_size from members group by cohort_type, cohort_month
    ) as cohorts
    inner join days
        on days.is_month_end
        and days.metric_date >= case
            when cohorts.cohort_type = 'user'
                then cast({{ dbt.dateadd('month', 1, 'cohorts.cohort_month') }} as date)
            else cohorts.cohort_month
        end
    inner join sources on days.metric_date = sources.metric_date
),

final as (
    select
        cells.cohort_type,
        cells.cohort_month,
        cells.months_since,
        cast(cells.cohort_size as integer) as cohort_size,
        case when cells.is_known then cast(coalesce(retained.retained, 0) as integer) end as retained,
        case when cells.is_known then {{ to_float('coalesce(retained.retained, 0)') }} / cells.cohort_size end
            as retention_rate
    from cells
    left join retained
        on cells.cohort_type = retained.cohort_type
        and cells.cohort_month = retained.cohort_month
        and cells.months_since = retained.months_since
)

select * from final
