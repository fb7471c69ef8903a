{#- The column of `sources` with the first day a source knows of. -#}
{% macro source_start(source_name) -%}
{{ source_name | replace('.', '_') }}_first_date
{%- endmacro %}
