{#- A date that is its own known-at moment (a churn, an upgrade, an end): NULL until its day has come. -#}
{% macro known_date(date) -%}
case when {{ date }} <= {{ as_of() }} then {{ date }} end
{%- endmacro %}
