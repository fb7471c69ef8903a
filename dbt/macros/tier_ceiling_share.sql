{#- Where an MRR stands between the floor and the ceiling of its tier, 0 to 1; 0 for a tier without bounds. Reads the CTE
    `plan_tiers`, joined on the tier. -#}
{% macro tier_ceiling_share(mrr) -%}
case
    when {{ mrr }} is null or plan_tiers.plan_tier is null then null
    when plan_tiers.mrr_ceiling is null then 0
    else greatest(
        0,
        least(
            1,
            {{ to_float(mrr ~ ' - plan_tiers.mrr_floor') }}
            / {{ to_float('plan_tiers.mrr_ceiling - plan_tiers.mrr_floor') }}
        )
    )
end
{%- endmacro %}
