{#- Whole days from one date to a later one. -#}
{% macro days_between(from_date, to_date) -%}
cast({{ dbt.datediff(from_date, to_date, 'day') }} as integer)
{%- endmacro %}
