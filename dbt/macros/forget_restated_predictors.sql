{#- `forget_restated` for a model of the days of the company's history and, before them, of the ends of months alone. -#}
{% macro forget_restated_predictors(relation) -%}
{{ forget_restated(
    relation,
    always='metric_date <= ' ~ add_days(as_of(), 0 - var('company_history_days')) ~ ' and not is_month_end'
) }}
{%- endmacro %}
