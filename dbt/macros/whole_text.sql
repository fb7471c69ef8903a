{#- A figure as a whole number in text, without its sign; halves go up on every engine. -#}
{% macro whole_text(value) -%}
cast(cast(floor(abs({{ value }}) + 0.5) as bigint) as {{ dbt.type_string() }})
{%- endmacro %}
