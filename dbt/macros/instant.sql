{#- A moment written in UTC, whatever the session's time zone. -#}
{% macro instant(utc_text) -%}
{{ adapter.dispatch('instant', 'tenure')(utc_text) }}
{%- endmacro %}

{% macro default__instant(utc_text) -%}
cast('{{ utc_text }}+00' as timestamptz)
{%- endmacro %}
