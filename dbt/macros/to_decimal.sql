{#- A number rounded to so many places, halves away from zero. -#}
{% macro to_decimal(expression, scale, precision=28) -%}
{{ adapter.dispatch('to_decimal', 'tenure')(expression, scale, precision) }}
{%- endmacro %}

{% macro default__to_decimal(expression, scale, precision) -%}
cast({{ expression }} as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}

{#- ClickHouse cuts off what a decimal has no place for. The decimal factors keep a decimal exact, and a float a float. -#}
{% macro clickhouse__to_decimal(expression, scale, precision) -%}
{% set factor = '1' ~ '0000000000'[:scale] %}
{% set places = 'floor(abs(' ~ expression ~ ') * cast(' ~ factor ~ " as decimal(38, 0)) + cast('0.5' as decimal(38, 1)))" %}
{{- "cast(toDecimal128(accurateCastOrNull(sign(" ~ expression ~ ") * " ~ places ~ ", 'Int128'), " ~ scale ~ ") / " ~ factor
    ~ " as decimal(" ~ precision ~ ", " ~ scale ~ "))" }}
{%- endmacro %}
