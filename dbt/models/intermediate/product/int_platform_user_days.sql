{{ config(materialized='table') }}

with user_days as (
    select * from {{ ref('int_user_platform_days') }}
),

user_states as (
    select * from {{ ref('int_user_platform_states') }}
),

days as (
    select * from {{ ref('int_days') }}
),

final as (
    {{ user_totals('platform', 'platform, customer_id') }}
)

select * from final
