{{ config(materialized='table') }}

with user_days as (
    select * from {{ ref('int_user_days') }}
),

feature_days as (
    select * from {{ ref('int_user_feature_days') }}
),

final as (
    {{ user_states('customer_id') }}
)

select * from final
