{#- A number made from the values of some columns: rows with different numbers are different, rows with the same one may be. -#}
{% macro row_hash(columns) -%}
{{ adapter.dispatch('row_hash', 'tenure')(columns) }}
{%- endmacro %}

{% macro default__row_hash(columns) -%}
hashtextextended(concat_ws('|', {{ columns | join(', ') }}), 0)
{%- endmacro %}

{% macro duckdb__row_hash(columns) -%}
hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro clickhouse__row_hash(columns) -%}
cityHash64(tuple({{ columns | join(', ') }}))
{%- endmacro %}
