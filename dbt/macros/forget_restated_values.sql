{#- The hook before a build of an incremental model of values by entity: as `forget_restated`, and all values of anyone but
    customers. -#}
{% macro forget_restated_values(relation, history_days) -%}
{% if is_incremental() -%}
delete from {{ relation }}
where entity_type <> 'customer'
    or metric_date >= {{ continues_from() }}
    or metric_date <= {{ add_days(as_of(), 0 - history_days) }}
    or exists (
        select 1
        from {{ ref('int_restated_customers') }} as restated
        where restated.customer_id = {{ relation }}.entity_id and restated.restate_from <= {{ relation }}.metric_date
    )
{%- endif %}
{%- endmacro %}
