{{ config(materialized='table') }}

with user_days as (
    select * from {{ ref('int_user_platform_days') }}
),

all_feature_days as (
    select * from {{ ref('int_user_platform_feature_days') }}
),

feature_days as (
    select * from all_feature_days where feature_id is not null
),

final as (
    {{ user_states('platform, customer_id') }}
)

select * from final
