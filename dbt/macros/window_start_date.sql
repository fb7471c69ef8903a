{#- The first day of the trailing window of `days` calendar days that ends with `last_day`, that day included. -#}
{% macro window_start_date(days, last_day) -%}
{{ add_days(last_day, 1 - days) }}
{%- endmacro %}
