{#- A number of at least 1, or 0, as text with three significant digits. -#}
{% macro significant_text(value) -%}
case
    when abs({{ value }}) >= 100 then {{ decimal_text(value, 0) }}
    when abs({{ value }}) >= 10 then {{ decimal_text(value, 1) }}
    else {{ decimal_text(value, 2) }}
end
{%- endmacro %}
