{{ config(materialized='incremental', incremental_strategy='append', pre_hook='{{ forget_restated(this) }}') }}

-- Health is the mean of the components that have data, by weight. A component's points are its share of the score:
-- earned plus lost over all components make 100.
{%- set health = var('health') %}
{%- set names = health.components | map(attribute='name') | list %}
with restated as (
    select * from {{ ref('int_restated_customers') }}
),

overrides as (
    select * from {{ ref('int_health_overrides') }}
),

scores as (
    {{ restated_rows(ref('int_customer_health_scores')) }}
),

weighed as (
    select
        scores.*,
        {{ names | join('_weight + ') }}_weight as known_weight,
        {{ names | join('_full_weight + ') }}_full_weight as full_weight
    from scores
),

summed as (
    select
        *,
        100 * known_weight / full_weight as health_coverage_pct,
        (
            0
            {%- for name in names %}
            + {{ name }}_weight * coalesce({{ name }}_score, 0)
            {%- endfor %}
        ) / nullif(known_weight, 0) as computed_score
    from weighed
),

decided as (
    select
        summed.*,
        case
            when overrides.score is not null then overrides.score
            when summed.known_weight >= {{ health.minimum_coverage }} * summed.full_weight then summed.computed_score
        end as customer_health_score,
        overrides.reason as override_reason
    from summed
    left join overrides
        on summed.customer_id = overrides.customer_id
        and summed.metric_date >= overrides.from_date
        and summed.metric_date <= overrides.until_date
),

final as (
    select
        customer_id,
        metric_date,
        customer_health_score,
        case
            when customer_health_score >= {{ health.bands.excellent }} then 'Excellent'
            when customer_health_score >= {{ health.bands.stable }} then 'Stable'
            when customer_health_score >= {{ health.bands.at_risk }} then 'At Risk'
            when customer_health_score is not null then 'Critical'
            else 'Unknown'
        end as health_band,
        health_coverage_pct,
        computed_score as computed_health_score,
        override_reason
        {%- for name in names %},
        {{ name }}_score,
        case when {{ name }}_score is not null then {{ name }}_weight * {{ name }}_score / known_weight end
            as {{ name }}_points_earned,
        case when {{ name }}_score is not null then {{ name }}_weight * (100 - {{ name }}_score) / known_weight end
            as {{ name }}_points_lost
        {%- endfor %}
    from decided
)

select * from final
