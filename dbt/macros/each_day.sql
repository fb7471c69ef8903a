{#- One row per day from one date to another, in place of the row that it stands in. -#}
{% macro each_day(first_date, last_date) -%}
{{ adapter.dispatch('each_day', 'tenure')(first_date, last_date) }}
{%- endmacro %}

{% macro default__each_day(first_date, last_date) -%}
cast(generate_series({{ first_date }}, {{ last_date }}, interval '1 day') as date)
{%- endmacro %}

{% macro duckdb__each_day(first_date, last_date) -%}
cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval '1 day')) as date)
{%- endmacro %}
