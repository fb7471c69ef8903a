{#- Two counts in one number, so that they are added up at the price of one: `high` below 2^27 and `low` below 2^26 come to
    less than 2^53 and stay exact. What is added to them on the way may be negative. -#}
{% macro paired(high, low) -%}
(cast({{ high }} as bigint) * 67108864 + ({{ low }}))
{%- endmacro %}
