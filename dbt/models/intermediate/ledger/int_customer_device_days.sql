{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated(this) }}') }}

with restated as (
    select * from {{ ref('int_restated_customers') }}
),

devices as (
    select * from {{ ref('stg_devices') }}
),

device_days as (
    select * from {{ ref('stg_device_days') }}
),

dated as (
    select
        customer_id,
        {{ utc_date('installed_at') }} as metric_date,
        1 as installed,
        0 as retired,
        0 as uptime_minutes,
        0 as expected_minutes,
        0 as events,
        0 as errors,
        cast(0 as decimal(28, 6)) as volume,
        0 as readings
    from devices
    union all
    select
        customer_id,
        {{ utc_date('retired_at') }} as metric_date,
        0 as installed,
        1 as retired,
        0 as uptime_minutes,
        0 as expected_minutes,
        0 as events,
        0 as errors,
        cast(0 as decimal(28, 6)) as volume,
        0 as readings
    from devices
    where retired_at is not null
    union all
    select
        devices.customer_id,
        device_days.day as metric_date,
        0 as installed,
        0 as retired,
        coalesce(device_days.uptime_minutes, 0) as uptime_minutes,
        coalesce(device_days.expected_minutes, 0) as expected_minutes,
        coalesce(device_days.events, 0) as events,
        coalesce(device_days.errors, 0) as errors,
        {{ to_decimal('coalesce(device_days.volume, 0)', 6) }} as volume,
        1 as readings
    from device_days
    inner join devices on device_days.device_id = devices.device_id
),

final as (
    select
        customer_id,
        metric_date,
        cast(sum(installed) as bigint) as devices_installed,
        cast(sum(retired) as bigint) as devices_retired,
        cast(sum(uptime_minutes) as bigint) as device_uptime_minutes,
        cast(sum(expected_minutes) as bigint) as device_expected_minutes,
        cast(sum(events) as bigint) as device_events,
        cast(sum(errors) as bigint) as device_errors,
        cast(sum(volume) as decimal(28, 6)) as volume_processed,
        cast(sum(readings) as bigint) as device_readings
    from ({{ restated_rows('dated') }}) as dated
    group by customer_id, metric_date
)

select * from final
