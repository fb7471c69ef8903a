{#- 00:00 UTC of the day that lies `days` after as_of: 0 begins the day, 1 ends it. Hours, because a day has
    not always 24 of them in the session's time zone. -#}
{% macro as_of_instant(days) -%}
{{ dbt.dateadd('hour', days * 24, instant((as_of_day() | trim) ~ ' 00:00:00')) }}
{%- endmacro %}
