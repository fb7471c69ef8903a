{#- What users did in the trailing `days` days, for a row of `spine`: NULL, never 0, before the first day any user was
    seen, and where the events that show users hold nothing of those days; for a platform the sessions show them. -#}
{% macro when_activity_covered(days, expression) -%}
case
    when known.first_user_date > spine.metric_date then null
    when spine.segment_type = 'platform'
        then {{ when_covered('raw.product_sessions', days, expression, 'spine.metric_date') }}
    else {{ when_covered('raw.usage_events', days, expression, 'spine.metric_date') }}
end
{%- endmacro %}
