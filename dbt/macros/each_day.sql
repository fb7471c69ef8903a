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

{% macro clickhouse__each_day(first_date, last_date) -%}
arrayJoin(arrayMap(
    later -> addDays(assumeNotNull(cast({{ first_date }} as date)), later),
    range(toUInt32(greatest(0, coalesce(date_diff('day', {{ first_date }}, {{ last_date }}) + 1, 0))))
))
{%- endmacro %}
