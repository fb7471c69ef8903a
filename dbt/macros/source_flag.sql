{#- The column of `sources` that is true when a source holds anything by as_of. -#}
{% macro source_flag(source_name) -%}
{{ source_name | replace('.', '_') }}_is_available
{%- endmacro %}
