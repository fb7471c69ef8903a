{{ config(materialized='table') }}

-- A user counts on the day of creation, of activation, of deactivation, and when the 14 days to be activated in were
-- over.
with users as (
    select
        customer_id,
        {{ utc_date('created_at') }} as created_on,
        {{ utc_date('activated_at') }} as activated_on,
        {{ utc_date('deactivated_at') }} as deactivated_on
    from {{ ref('stg_users') }}
),

dated as (
    select customer_id, created_on as metric_date, 1 as created, 0 as activated, 0 as gone, 0 as due, 0 as in_time
    from users
    union all
    select customer_id, activated_on as metric_date, 0 as created, 1 as activated, 0 as gone, 0 as due, 0 as in_time
    from users
    where activated_on is not null
    union all
    select customer_id, deactivated_on as metric_date, 0 as created, 0 as activated, 1 as gone, 0 as due, 0 as in_time
    from users
    where deactivated_on is not null
    union all
    select
        customer_id,
        {{ add_days('created_on', 14) }} as metric_date,
        0 as created,
        0 as activated,
        0 as gone,
        1 as due,
        case when activated_on <= {{ add_days('created_on', 14) }} then 1 else 0 end as in_time
    from users
    where {{ add_days('created_on', 14) }} <= {{ as_of() }}
),

final as (
    select
        customer_id,
        metric_date,
        cast(sum(created) as bigint) as users_created,
        cast(sum(activated) as bigint) as users_activated,
        cast(sum(gone) as bigint) as users_deactivated,
        cast(sum(due) as bigint) as users_due,
        cast(sum(in_time) as bigint) as users_activated_in_time
    from dated
    group by customer_id, metric_date
)

select * from final
