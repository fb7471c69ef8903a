-- The rules are data: the variable `next_actions`. A reason names figures in braces; days come with their
-- unit.
{%- set figures = [
    'tenure_days', 'mrr', 'health_score', 'health_fall_30d', 'events_30d', 'events_prev_30d', 'usage_drop_pct', 'users',
    'core_features_adopted', 'core_features_entitled', 'days_to_renewal', 'seats', 'first_value_overdue_days',
    'premium_feature_trials_30d', 'open_high_priority_tickets', 'oldest_open_days', 'detractor_score',
    'days_since_detractor', 'days_without_contact'
] %}
with situations as (
    select * from {{ ref('int_customer_situations') }}
),

worded as (
    select
        situations.*
        {%- for figure in figures %},
        {{ whole_text(figure) }}
            {%- if 'days' in figure %} || case when {{ figure }} = 1 then ' day' else ' days' end{% endif %} as {{ figure }}_text
        {%- endfor %}
    from situations
),

applied as (
    {%- for rule in var('next_actions') %}
    select
        customer_id,
        '{{ rule.rule }}' as rule,
        {{ rule.priority }} as priority,
        '{{ rule.action | replace("'", "''") }}' as action,
        '{{ rule.reason | replace("'", "''") | replace("{", "' || ") | replace("}", "_text || '") }}' as reason,
        {{ to_money(rule.value) }} as value_usd
    from worded
    where {{ rule.condition }}
    union all
    {%- endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as customer_id,
        cast(null as {{ dbt.type_string() }}) as rule,
        0 as priority,
        cast(null as {{ dbt.type_string() }}) as action,
        cast(null as {{ dbt.type_string() }}) as reason,
        {{ to_money('null') }} as value_usd
),

final as (
    select
        situations.customer_id,
        situations.customer_name,
        situations.csm_id,
        situations.csm_name,
        situations.plan_tier,
        situations.metric_date,
        applied.rule,
        applied.priority,
        row_number() over (partition by situations.customer_id order by applied.priority, applied.rule) as action_rank,
        applied.action,
        applied.reason,
        applied.value_usd
    from applied
    inner join situations on applied.customer_id = situations.customer_id
)

select * from final
