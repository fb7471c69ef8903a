{#- `forget_restated` for a model of values by entity: all values of anyone but customers are stated again. -#}
{% macro forget_restated_values(relation, history_days) -%}
{{ forget_restated(relation, history_days, customer='entity_id', always="entity_type <> 'customer'") }}
{%- endmacro %}
