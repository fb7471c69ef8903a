{#- What a running total of the ledger grew by over the trailing `days` days: the customer's row, less the row that many
    days before. Over the window `customer_days`, in order of day; days before the first row counted nothing. -#}
{% macro trailing(counter, days) -%}
{{ counter }}_total - coalesce(lag({{ counter }}_total, {{ days }}) over customer_days, 0)
{%- endmacro %}
