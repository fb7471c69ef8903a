{{ config(indexes=[{'columns': ['customer_id'], 'unique': true}]) }}

-- A component is named when its points moved by half a point or more, the one that moved most first.
with health_days as (
    select * from {{ ref('int_customer_health_days') }}
),

points as (
    select * from {{ ref('customer_health_points') }}
),

customers as (
    select * from {{ ref('int_customer_profiles') }}
),

moved as (
    {%- for days in [7, 30] %}
    select
        customer_id,
        {{ days }} as window_days,
        component_place,
        component,
        points_earned,
        points_earned_{{ days }}d_ago as points_before,
        coalesce(points_earned, 0) - coalesce(points_earned_{{ days }}d_ago, 0) as change
    from points
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

worded as (
    select
        customer_id,
        window_days,
        component_place,
        abs(change) as size,
        replace(component, '_', ' ') || case when change < 0 then ' −' else ' +' end || {{ whole_text('change') }}
            || case when points_before is null then ' (no data then)' when points_earned is null then ' (no data now)' else '' end
            as words
    from moved
    where abs(change) >= 0.5
),

moves as (
    select
        customer_id,
        {%- for days in [7, 30] %}
        {{ dbt.listagg(
            'case when window_days = ' ~ days ~ ' then words end', "', '", 'order by size desc, component_place'
        ) }} as moves_{{ days }}d
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from worded
    group by customer_id
),

compared as (
    select
        today.customer_id,
        coalesce(customers.name, today.customer_id) as customer_name,
        today.metric_date,
        today.customer_health_score,
        today.health_band,
        today.health_coverage_pct,
        today.health_version,
        today.override_reason,
        moves.moves_7d,
        moves.moves_30d
        {%- for days in [7, 30] %},
        days_{{ days }}.customer_health_score as score_{{ days }}d_ago,
        days_{{ days }}.health_band as band_{{ days }}d_ago,
        days_{{ days }}.override_reason as override_{{ days }}d_ago,
        today.customer_health_score - days_{{ days }}.customer_health_score as change_{{ days }}d
        {%- endfor %}
    from health_days as today
    {%- for days in [7, 30] %}
    left join health_days as days_{{ days }}
        on today.customer_id = days_{{ days }}.customer_id
        and days_{{ days }}.metric_date = {{ add_days(as_of(), -days) }}
    {%- endfor %}
    left join moves on today.customer_id = moves.customer_id
    left join customers on today.customer_id = customers.customer_id
    where today.metric_date = {{ as_of() }}
),

final as (
    select
        customer_id,
        customer_name,
        metric_date,
        customer_health_score,
        health_band,
        health_version,
        score_7d_ago,
        band_7d_ago,
        change_7d,
        {{ what_moved(7) }} as what_moved_7d,
        score_30d_ago,
        band_30d_ago,
        change_30d,
        {{ what_moved(30) }} as what_moved_30d
    from compared
)

select * from final
