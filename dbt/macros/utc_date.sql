{#- The UTC date of a moment. -#}
{% macro utc_date(moment) -%}
{{ adapter.dispatch('utc_date', 'tenure')(moment) }}
{%- endmacro %}

{% macro default__utc_date(moment) -%}
cast(({{ moment }}) at time zone 'UTC' as date)
{%- endmacro %}

{#- By the number of microseconds, since `at time zone` takes thirty times as long. -#}
{% macro duckdb__utc_date(moment) -%}
cast(make_timestamp(epoch_us({{ moment }})) as date)
{%- endmacro %}

{% macro clickhouse__utc_date(moment) -%}
cast({{ moment }} as date)
{%- endmacro %}
