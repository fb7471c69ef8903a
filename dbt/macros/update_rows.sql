{#- How a statement begins that changes rows of a relation: the new values and the condition follow. -#}
{% macro update_rows(relation) -%}
{{ adapter.dispatch('update_rows', 'tenure')(relation) }}
{%- endmacro %}

{% macro default__update_rows(relation) -%}
update {{ relation }}
set
{%- endmacro %}

{% macro clickhouse__update_rows(relation) -%}
alter table {{ relation }} update
{%- endmacro %}
