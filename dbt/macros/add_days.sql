{#- The date `days` days after a date. -#}
{% macro add_days(date, days) -%}
{{ adapter.dispatch('add_days', 'tenure')(date, days) }}
{%- endmacro %}

{% macro default__add_days(date, days) -%}
cast({{ dbt.dateadd('day', days, date) }} as date)
{%- endmacro %}

{#- Without an interval, whose sum is a timestamp: a quarter of the time. -#}
{% macro duckdb__add_days(date, days) -%}
(cast({{ date }} as date) + ({{ days }}))
{%- endmacro %}
