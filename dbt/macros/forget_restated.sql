{#- The hook before a build of an incremental model: takes the rows away that will be stated again, those before the last
    `history_days` days, and those of which the condition `always` holds. `customer` is the column of the customer's id. -#}
{% macro forget_restated(relation, history_days=none, customer='customer_id', always=none) -%}
{% if is_incremental() -%}
delete from {{ relation }}
where metric_date >= {{ continues_from() }}
    {%- if history_days is not none %}
    or metric_date <= {{ add_days(as_of(), 0 - history_days) }}
    {%- endif %}
    {%- if always is not none %}
    or {{ always }}
    {%- endif %}
    or {{ restated_condition(
        relation, customer, 'select customer_id as ' ~ customer ~ ', restate_from from ' ~ ref('int_restated_customers')
    ) }}
{%- endif %}
{%- endmacro %}
