{#- True for a row of `relation` that a build states again: its day is not before the customer's `restate_from`. `key` is the column
    that `restated` has in common with the relation, beside `restate_from`. -#}
{% macro restated_condition(relation, key, restated) -%}
{{ adapter.dispatch('restated_condition', 'tenure')(relation, key, restated) }}
{%- endmacro %}

{% macro default__restated_condition(relation, key, restated) -%}
exists (
    select 1
    from ({{ restated }}) as restated
    where restated.{{ key }} = {{ relation }}.{{ key }} and restated.restate_from <= {{ relation }}.metric_date
)
{%- endmacro %}

{#- ClickHouse deletes by what a row itself has. -#}
{% macro clickhouse__restated_condition(relation, key, restated) -%}
({{ key }}, metric_date) in (
    select stated.{{ key }}, stated.metric_date
    from {{ relation }} as stated
    inner join ({{ restated }}) as restated on stated.{{ key }} = restated.{{ key }}
    where restated.restate_from <= stated.metric_date
)
{%- endmacro %}
