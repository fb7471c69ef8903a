{{ config(materialized='table') }}

with user_days as (
    select * from {{ ref('int_user_days') }}
),

user_states as (
    select * from {{ ref('int_user_states') }}
),

days as (
    select * from {{ ref('int_days') }}
),

final as (
    {{ user_totals('customer_id', 'customer_id, user_id') }}
)

select * from final
