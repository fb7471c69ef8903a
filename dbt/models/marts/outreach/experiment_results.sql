{{ config(materialized='table', indexes=[{'columns': ['experiment_id', 'variant'], 'unique': true}]) }}

-- The control is the variant of that name, else the first by name. A unit has converted when it did so after it saw its
-- variant. Rates are compared by the two-proportion z-test with the pooled variance; the interval of the difference
-- takes each variant's own (Agresti, A., Categorical Data Analysis, 3rd ed., 2013, sections 3.1.3 and 3.2). Units are
-- expected in equal numbers: Pearson's chi-square test against that (Fabijan, A. et al., Diagnosing Sample Ratio
-- Mismatch in Online Controlled Experiments, KDD 2019, which takes p below 0.001 for a mismatch).
with experiments as (
    select * from {{ ref('stg_experiments') }}
),

exposures as (
    select * from {{ ref('stg_experiment_exposures') }}
),

variants as (
    select
        experiment_id,
        variant,
        cast(count(*) as bigint) as exposed,
        cast(count(case when converted_at >= exposed_at then 1 end) as bigint) as conversions,
        count(value) as valued_units,
        sum({{ to_decimal('value', 6) }}) as total_value
    from exposures
    group by experiment_id, variant
),

ranked as (
    select
        *,
        row_number() over (
            partition by experiment_id
            order by case when lower(variant) = 'control' then 0 else 1 end, variant
        ) as place,
        cast(count(*) over (partition by experiment_id) as integer) as variant_count,
        cast(sum(exposed) over (partition by experiment_id) as bigint) as experiment_exposed,
        cast(sum(exposed * exposed) over (partition by experiment_id) as bigint) as experiment_exposed_squares
    from variants
),

rated as (
    select
        own.*,
        control.variant as control_variant,
        control.exposed as control_exposed,
        control.conversions as control_conversions,
        {{ ratio('own.conversions', 'own.exposed') }} as rate,
        {{ ratio('control.conversions', 'control.exposed') }} as control_rate,
        {{ ratio('own.conversions + control.conversions', 'own.exposed + control.exposed') }} as pooled_rate,
        -- The sum of (observed − expected)² / expected, brought to whole numbers.
        {{ ratio(
            'own.variant_count * own.experiment_exposed_squares'
            ~ ' - own.experiment_exposed * own.experiment_exposed',
            'own.experiment_exposed'
        ) }} as chi_square
    from ranked as own
    inner join ranked as control on own.experiment_id = control.experiment_id and control.place = 1
),

spread as (
    select
        *,
        rate - control_rate as difference,
        sqrt(pooled_rate * (1 - pooled_rate) * (1 / {{ to_float('exposed') }} + 1 / {{ to_float('control_exposed') }}))
            as pooled_error,
        sqrt(rate * (1 - rate) / exposed + control_rate * (1 - control_rate) / control_exposed) as unpooled_error
    from rated
),

tested as (
    select
        *,
        case when place > 1 then difference / nullif(pooled_error, 0) end as z_score
    from spread
),

final as (
    select
        tested.experiment_id,
        tested.variant,
        experiments.name as experiment_name,
        experiments.primary_metric,
        experiments.unit,
        {{ utc_date('experiments.start_at') }} as start_date,
        {{ utc_date('experiments.end_at') }} as end_date,
        experiments.planned_n,
        cast(tested.place = 1 as boolean) as is_control,
        tested.control_variant,
        tested.exposed,
        tested.conversions,
        tested.rate as conversion_rate,
        tested.control_rate,
        case when tested.place > 1 then tested.difference end as difference,
        case when tested.place > 1 then tested.difference - 1.959963984540054 * tested.unpooled_error end
            as difference_low,
        case when tested.place > 1 then tested.difference + 1.959963984540054 * tested.unpooled_error end
            as difference_high,
        case when tested.place > 1 then tested.difference / nullif(tested.control_rate, 0) end as lift,
        tested.z_score,
        case when tested.z_score is not null then 2 * ({{ normal_tail('tested.z_score') }}) end as p_value,
        cast(
            least(
                tested.conversions,
                tested.exposed - tested.conversions,
                tested.control_conversions,
                tested.control_exposed - tested.control_conversions
            ) >= 5 as boolean
        ) as has_enough_units,
        {{ chi_square_tail('tested.chi_square', 'tested.variant_count - 1') }} as sample_ratio_p_value,
        cast(
            coalesce({{ chi_square_tail('tested.chi_square', 'tested.variant_count - 1') }} < 0.001, false) as boolean
        ) as has_sample_ratio_mismatch,
        {{ ratio('tested.total_value', 'tested.valued_units') }} as avg_value,
        {{ ratio('coalesce(tested.total_value, 0)', 'tested.exposed') }} as value_per_unit
    from tested
    left join experiments on tested.experiment_id = experiments.experiment_id
)

select * from final
