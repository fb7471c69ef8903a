-- What an executive looks at first: every tier 1 metric of the company on as_of, known or not.
{%- set targets = var('targets') %}
with metric_catalogue as (
    select * from {{ ref('metric_catalogue') }}
),

metrics_api as (
    select * from {{ ref('metrics_api') }}
),

targets as (
    {%- for target in targets %}
    select
        cast('{{ target.domain }}' as {{ dbt.type_string() }}) as domain,
        cast('{{ target.metric }}' as {{ dbt.type_string() }}) as metric_name,
        {{ to_float(target.value) }} as target
    union all
    {%- endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as domain,
        cast(null as {{ dbt.type_string() }}) as metric_name,
        {{ to_float('null') }} as target
),

latest as (
    select
        metric_catalogue.place,
        metric_catalogue.domain,
        metric_catalogue.metric_name,
        metric_catalogue.label,
        metric_catalogue.unit,
        metric_catalogue.good_direction,
        metrics_api.metric_value,
        metrics_api.previous_month,
        metrics_api.change_month,
        metrics_api.pct_change_month,
        targets.target,
        case metric_catalogue.good_direction when 'up' then 1 when 'down' then -1 else 0 end as sign
    from metric_catalogue
    left join metrics_api
        on metric_catalogue.domain = metrics_api.domain
        and metric_catalogue.metric_name = metrics_api.metric_name
        and metrics_api.metric_date = {{ as_of() }}
    left join targets
        on metric_catalogue.domain = targets.domain
        and metric_catalogue.metric_name = targets.metric_name
    where metric_catalogue.importance_tier = 'tier_1'
),

final as (
    select
        place,
        {{ as_of() }} as metric_date,
        domain,
        metric_name,
        label,
        unit,
        metric_value as current_value,
        previous_month as previous_value,
        change_month as change,
        pct_change_month as pct_change,
        target,
        {{ display_value('metric_value', 'unit') }} as display_text,
        case
            when metric_value is null then 'unknown'
            when target is not null and sign * (metric_value - target) >= 0 then 'on_target'
            when target is not null then 'off_target'
            when sign = 0 or change_month is null or change_month = 0 then 'steady'
            when sign * change_month > 0 then 'better'
            else 'worse'
        end as status
    from latest
)

select * from final
