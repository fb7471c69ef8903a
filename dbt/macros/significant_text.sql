{#- A number of at least 1, or 0, as text with three significant digits. -#}
{% macro significant_text(value) -%}
case
    when abs({{ value }}) >= 100 then cast(cast({{ value }} as decimal(28, 0)) as {{ dbt.type_string() }})
    when abs({{ value }}) >= 10 then cast(cast({{ value }} as decimal(28, 1)) as {{ dbt.type_string() }})
    else cast(cast({{ value }} as decimal(28, 2)) as {{ dbt.type_string() }})
end
{%- endmacro %}
