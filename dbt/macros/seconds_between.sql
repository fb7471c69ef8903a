{#- Whole seconds from one moment to a later one: how often the second changes. -#}
{% macro seconds_between(from_moment, to_moment) -%}
{{ adapter.dispatch('seconds_between', 'tenure')(from_moment, to_moment) }}
{%- endmacro %}

{% macro default__seconds_between(from_moment, to_moment) -%}
{{ dbt.datediff(from_moment, to_moment, 'second') }}
{%- endmacro %}

{#- By the number of microseconds: `date_diff` of moments with a time zone asks the calendar, which takes ten times as
    long. -#}
{% macro duckdb__seconds_between(from_moment, to_moment) -%}
(epoch_us({{ to_moment }}) // 1000000 - epoch_us({{ from_moment }}) // 1000000)
{%- endmacro %}
