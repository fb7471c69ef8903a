{#- The moment at which a date begins in UTC. -#}
{% macro utc_midnight(date) -%}
{{ adapter.dispatch('utc_midnight', 'tenure')(date) }}
{%- endmacro %}

{% macro default__utc_midnight(date) -%}
(cast({{ date }} as timestamp) at time zone 'UTC')
{%- endmacro %}

{% macro clickhouse__utc_midnight(date) -%}
cast({{ date }} as timestamptz)
{%- endmacro %}
