{{ config(materialized='table') }}

-- Every model gives a touchpoint a whole-number weight. Money is shared out in cents along the running total of the
-- weights, so that a conversion's credits add up to its value to the cent, on every engine alike.
with conversion_touchpoints as (
    select * from {{ ref('int_conversion_touchpoints') }}
),

attribution_models as (
    select 'first_touch' as attribution_model
    union all
    select 'last_touch' as attribution_model
    union all
    select 'linear' as attribution_model
    union all
    select 'position_based' as attribution_model
    union all
    select 'time_decay' as attribution_model
),

aged as (
    select
        *,
        {{ to_float('seconds_before_conversion') }} / (86400 * {{ var('attribution_half_life_days') }}) as half_lives
    from conversion_touchpoints
),

weighted as (
    select
        touches.*,
        models.attribution_model,
        cast(
            case
                when models.attribution_model = 'first_touch' then case when touch_number = 1 then 1 else 0 end
                when models.attribution_model = 'last_touch' then case when touch_number = touch_count then 1 else 0 end
                when models.attribution_model = 'linear' or touch_count = 1 then 1
                when models.attribution_model = 'time_decay'
                    then greatest(cast(round(10000 * power({{ to_float('0.5') }}, half_lives)) as bigint), 1)
                when touch_count = 2 then 1
                when touch_number in (1, touch_count) then 2 * (touch_count - 2)
                else 1
            end as bigint
        ) as weight,
        cast(round(abs(conversion_value) * 100) as bigint) as cents,
        case when conversion_value < 0 then -1 else 1 end as direction
    from aged as touches
    cross join attribution_models as models
),

accumulated as (
    select
        *,
        cast(
            sum(weight) over (
                partition by attribution_model, conversion_id
                order by touch_number
                rows between unbounded preceding and current row
            ) as bigint
        ) as weight_so_far,
        cast(sum(weight) over (partition by attribution_model, conversion_id) as bigint) as weight_total
    from weighted
),

final as (
    select
        conversion_id,
        attribution_model,
        touch_number,
        touchpoint_id,
        campaign_id,
        channel,
        {{ to_float('weight') }} / {{ to_float('weight_total') }} as credit_share,
        {{ to_money(
            'direction * ('
            ~ integer_divide('cents * weight_so_far', 'weight_total') ~ ' - '
            ~ integer_divide('cents * (weight_so_far - weight)', 'weight_total')
            ~ ') * 0.01'
        ) }} as credited_revenue
    from accumulated
)

select * from final
