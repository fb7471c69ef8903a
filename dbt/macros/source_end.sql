{#- The column of `sources` with the last day a source knows of. -#}
{% macro source_end(source_name) -%}
{{ source_name | replace('.', '_') }}_last_date
{%- endmacro %}
