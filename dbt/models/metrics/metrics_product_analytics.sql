{{ config(indexes=[{'columns': ['segment_id', 'metric_date'], 'unique': true}]) }}

{%- set session_counts = [
    'sessions', 'desktop_sessions', 'mobile_sessions', 'timed_sessions', 'session_seconds', 'finished_sessions',
    'crashed_sessions', 'requests', 'errors'
] %}
{%- set first_use = 'case when known.first_feature_date <= spine.metric_date then ' %}

with segments as (
    select * from {{ ref('int_product_segments') }}
),

user_counts as (
    select * from {{ ref('int_segment_user_days') }}
),

flow_counts as (
    select * from {{ ref('int_segment_flow_days') }}
),

customer_user_days as (
    select * from {{ ref('int_customer_user_days') }}
),

event_days as (
    select * from {{ ref('int_user_event_days') }}
),

headlines as (
    select * from {{ ref('int_experiment_headlines') }}
),

days as (
    select * from {{ ref('int_days') }}
),

source_days as (
    select * from {{ ref('int_source_days') }}
),

sources as (
    {{ pivot_source_days(['raw.product_sessions', 'raw.usage_events']) }}
),

known as (
    select
        (select coalesce(min(metric_date), {{ no_end() }}) from customer_user_days) as first_user_date,
        (select min(metric_date) from event_days where feature_key is not null) as first_feature_date
),

spine as (
    select segments.*, days.metric_date, days.is_partial, days.is_latest, days.is_week_end, days.is_month_end
    from segments
    inner join days on segments.first_date <= days.metric_date
    where days.days_ago < {{ var('company_history_days') }}
),

counted as (
    select
        spine.metric_date, spine.segment_id, spine.segment_name, spine.segment_type, spine.segment,
        spine.is_partial, spine.is_latest, spine.is_week_end, spine.is_month_end,
        {%- for name, length in [['daily', 1], ['weekly', 7], ['monthly', 30]] %}
        {{ when_activity_covered(length, 'coalesce(user_counts.' ~ name ~ '_active_users, 0)') }}
            as {{ name }}_active_users,
        {%- endfor %}
        {{ first_use }}{{ when_activity_covered(30, when_covered(
            'raw.product_sessions', 30, 'coalesce(user_counts.power_users, 0)', 'spine.metric_date')) }} end
            as power_users,
        {{ when_activity_covered(30, when_covered(
            'raw.product_sessions', 30, 'coalesce(user_counts.user_sessions_30d, 0)', 'spine.metric_date')) }}
            as user_sessions_30d,
        {{ first_use }}{{ when_activity_covered(30, 'coalesce(user_counts.user_features_30d, 0)') }} end
            as user_features_30d,
        {%- for name in session_counts %}
        {{ when_covered('raw.product_sessions', 30, 'flow_counts.' ~ name, 'spine.metric_date') }}
            as {{ name }}_30d,
        {%- endfor %}
        {%- for name in ['cohort_users', 'retained_users'] %}
        {{ when_activity_covered(90, 'flow_counts.' ~ name) }} as {{ name }},
        {%- endfor %}
        {%- for name in ['entitled_users', 'adopting_users'] %}
        {{ first_use }}{{ when_activity_covered(96, 'flow_counts.' ~ name) }} end as {{ name }},
        {%- endfor %}
        headlines.lift as ab_test_results,
        case
            when spine.segment_id <> 'all' then 'Experiments are kept for the company.'
            else coalesce(headlines.note, 'No experiment has two variants.')
        end as ab_test_note
    from spine
    inner join sources on spine.metric_date = sources.metric_date
    cross join known
    inner join flow_counts
        on spine.segment_type = flow_counts.segment_type
        and spine.segment = flow_counts.segment
        and spine.metric_date = flow_counts.metric_date
    left join user_counts
        on spine.segment_type = user_counts.segment_type
        and spine.segment = user_counts.segment
        and spine.metric_date = user_counts.metric_date
    left join headlines on spine.metric_date = headlines.metric_date and spine.segment_id = 'all'
),

final as (
    select
        metric_date,
        segment_id,
        segment_name,
        segment_type,
        segment,
        is_partial,
        is_latest,
        is_week_end,
        is_month_end,
        daily_active_users,
        weekly_active_users,
        monthly_active_users,
        {{ to_float('daily_active_users') }} / nullif(monthly_active_users, 0) as dau_mau_ratio,
        {{ to_float('weekly_active_users') }} / nullif(monthly_active_users, 0) as wau_mau_ratio,
        {{ to_float('session_seconds_30d') }} / nullif(60 * timed_sessions_30d, 0) as avg_session_duration,
        {{ to_float('user_sessions_30d') }} / nullif(monthly_active_users, 0) as sessions_per_user,
        {{ to_float('user_features_30d') }} / nullif(monthly_active_users, 0) as avg_features_used_per_user,
        power_users,
        {{ to_float('100 * power_users') }} / nullif(monthly_active_users, 0) as power_user_percentage,
        {{ to_float('100 * desktop_sessions_30d') }} / nullif(sessions_30d, 0) as desktop_usage_pct,
        {{ to_float('100 * mobile_sessions_30d') }} / nullif(sessions_30d, 0) as mobile_usage_pct,
        {{ to_float('retained_users') }} / nullif(cohort_users, 0) as avg_30d_retention_rate,
        {{ to_float('adopting_users') }} / nullif(entitled_users, 0) as feature_release_adoption_7d,
        {{ to_float('100 * errors_30d') }} / nullif(requests_30d, 0) as error_rate_pct,
        {{ to_float('100 * (finished_sessions_30d - crashed_sessions_30d)') }} / nullif(finished_sessions_30d, 0)
            as crash_free_session_rate,
        ab_test_results,
        ab_test_note,
        user_sessions_30d,
        user_features_30d,
        {%- for name in session_counts %}
        {{ name }}_30d,
        {%- endfor %}
        cohort_users,
        retained_users,
        entitled_users,
        adopting_users
    from counted
)

select * from final
