{#- The hook before a build of int_customer_success_days: takes the scores from days that have left the company's history
    since the last build, as they are in a build of all days. The ends of months keep theirs. -#}
{% macro forget_old_scores(relation) -%}
{% if is_incremental() -%}
{{ update_rows(relation) }}
    churn_risk_score = null, churn_tier = null, composite_success_score = null, mrr_at_risk = null,
    expansion_potential_score = null, expansion_tier = null
where metric_date > {{ add_days(continues_from(), 0 - var('company_history_days')) }}
    and metric_date <= {{ add_days(as_of(), 0 - var('company_history_days')) }}
    and not is_month_end
{%- endif %}
{%- endmacro %}
