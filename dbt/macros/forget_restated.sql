{#- The hook before a build of an incremental model: takes the rows away that will be stated again. -#}
{% macro forget_restated(relation, day='metric_date') -%}
{% if is_incremental() -%}
delete from {{ relation }}
where {{ day }} >= {{ continues_from() }}
    or exists (
        select 1
        from {{ ref('int_restated_customers') }} as restated
        where restated.customer_id = {{ relation }}.customer_id and restated.restate_from <= {{ relation }}.{{ day }}
    )
{%- endif %}
{%- endmacro %}
