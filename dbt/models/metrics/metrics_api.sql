-- Ratios change by points, so that no one has to ask what 10 % of a percentage is; their change in percent is empty, as
-- is that of anything that was 0. To date: flows of a day are added up, states and trailing windows are averaged; as
-- decimals, so that no figure depends on how much history there is.
{%- set offsets = [['day', 'day', -1], ['week', 'day', -7], ['month', 'month', -1], ['year', 'year', -1]] %}
with company_days as (
    select * from {{ ref('int_company_metric_days') }}
),

metric_catalogue as (
    select * from {{ ref('metric_catalogue') }}
),

described as (
    select
        company_days.*,
        metric_catalogue.over_time,
        {{ to_decimal('company_days.metric_value', 9) }} as exact_value
    from company_days
    inner join metric_catalogue
        on company_days.domain = metric_catalogue.domain
        and company_days.metric_name = metric_catalogue.metric_name
),

compared as (
    select
        described.metric_date, described.domain, described.metric_name, described.metric_value,
        described.unit, described.importance_tier, described.is_partial, described.over_time,
        described.exact_value,
        {%- for name, part, count in offsets %}
        {{ name }}_before.metric_value as previous_{{ name }},
        {%- endfor %}
        case when described.unit = 'ratio' then 100 else 1 end as points
    from described
    {%- for name, part, count in offsets %}
    left join company_days as {{ name }}_before
        on described.domain = {{ name }}_before.domain
        and described.metric_name = {{ name }}_before.metric_name
        and {{ name }}_before.metric_date = cast({{ dbt.dateadd(part, count, 'described.metric_date') }} as date)
    {%- endfor %}
),

final as (
    select
        metric_date,
        domain,
        'company' as entity_type,
        'all' as entity_id,
        metric_name,
        metric_value,
        unit,
        importance_tier,
        is_partial
        {%- for name, part, count in offsets %},
        previous_{{ name }},
        points * (metric_value - previous_{{ name }}) as change_{{ name }},
        case
            when unit not in ('ratio', 'percent')
                then 100 * (metric_value - previous_{{ name }}) / nullif(abs(previous_{{ name }}), 0)
        end as pct_change_{{ name }}
        {%- endfor %}
        {%- for days in [7, 28] %},
        {{ to_float('sum(exact_value) over last_' ~ days ~ '_days') }} / count(*) over last_{{ days }}_days
            as rolling_{{ days }}d
        {%- endfor %}
        {%- for part in ['month', 'quarter', 'year'] %},
        {{ to_float('sum(exact_value) over ' ~ part ~ '_so_far') }}
            / case when over_time = 'sum' then 1 else count(*) over {{ part }}_so_far end as {{ part }}_to_date
        {%- endfor %}
    from compared
    window
        {%- for days in [7, 28] %}
        last_{{ days }}_days as (
            partition by domain, metric_name
            order by {{ days_between(as_of(), 'metric_date') }}
            range between {{ days - 1 }} preceding and current row
        ),
        {%- endfor %}
        {%- for part in ['month', 'quarter', 'year'] %}
        {{ part }}_so_far as (
            partition by domain, metric_name, {{ dbt.date_trunc(part, 'metric_date') }}
            order by metric_date
            rows between unbounded preceding and current row
        ){{ '' if loop.last else ',' }}
        {%- endfor %}
)

select * from final
