{{ config(materialized=var('marketing_materialized')) }}

-- The source repeats a conversion for every attribution model that was run. One row stands for it here: that of
-- the model named by the variable, else of the first model by name. So it counts once, whatever was recorded.
with conversions as (
    select * from {{ source('marketing_raw', 'conversions') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by conversion_id
            order by
                case when attribution_model = '{{ var("attribution_model") }}' then 0 else 1 end,
                attribution_model
        ) as preference
    from conversions
    where timestamp < {{ as_of_end() }}
),

final as (
    select
        conversion_id,
        session_id,
        date,
        user_id,
        attributed_campaign_id,
        attribution_model,
        conversion_value,
        timestamp,
        year,
        month,
        day,
        customer_id
    from ranked
    where preference = 1
)

select * from final
