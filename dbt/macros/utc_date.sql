{#- The UTC date of a moment. -#}
{% macro utc_date(moment) -%}
{{ adapter.dispatch('utc_date', 'tenure')(moment) }}
{%- endmacro %}

{% macro default__utc_date(moment) -%}
cast(({{ moment }}) at time zone 'UTC' as date)
{%- endmacro %}
