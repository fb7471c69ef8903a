-- The figures a rule of `next_actions` may use. Unknown is NULL, and a condition over it does not hold: a rule without
-- its source applies to nobody.
with success_days as (
    select * from {{ ref('int_customer_success_days') }}
),

commitments as (
    select * from {{ ref('int_customer_commitments') }}
),

conversations as (
    select * from {{ ref('int_customer_conversations') }}
),

usage as (
    select * from {{ ref('int_customer_usage') }}
),

plan_tiers as (
    select * from {{ ref('plan_tiers') }}
),

source_watermarks as (
    select * from {{ ref('source_watermarks') }}
),

sources as (
    {{ pivot_watermarks(['raw.usage_events', 'raw.support_tickets', 'raw.sales_activities', 'raw.gtm_opportunities']) }}
),

spoken as (
    select
        conversations.*,
        -- Activities that never name a customer say nothing about when one was spoken with.
        count(last_contact_at) over () > 0 as has_contacts
    from conversations
),

final as (
    select
        days.customer_id,
        days.customer_name,
        days.csm_id,
        days.csm_name,
        days.plan_tier,
        days.metric_date,
        days.tenure_days,
        days.current_mrr as mrr,
        12 * days.current_mrr as annual_value,
        case when next_tiers.mrr_floor > days.current_mrr then 12 * (next_tiers.mrr_floor - days.current_mrr) end
            as next_tier_gain,
        percent_rank() over (order by days.current_mrr) as mrr_percentile,
        days.customer_health_score as health_score,
        -days.health_trend_30d as health_fall_30d,
        days.events_30d,
        days.events_prev_30d,
        -100 * days.usage_change as usage_drop_pct,
        days.users,
        days.core_features_adopted,
        days.core_features_entitled,
        days.core_feature_adoption_rate,
        {{ days_between(as_of(), 'commitments.next_term_end') }} + 1 as days_to_renewal,
        commitments.seats,
        case when not commitments.has_first_value then {{ days_between('commitments.first_value_due_on', as_of()) }} end
            as first_value_overdue_days,
        {{ when_available('raw.gtm_opportunities', 'commitments.open_expansions') }} as open_expansions,
        {{ when_window_known('raw.usage_events', 30, 'coalesce(usage.premium_feature_trials_30d, 0)') }}
            as premium_feature_trials_30d,
        {{ when_available('raw.support_tickets', 'spoken.open_high_priority_tickets') }} as open_high_priority_tickets,
        {{ days_between('spoken.oldest_open_date', as_of()) }} as oldest_open_days,
        spoken.last_detractor_score as detractor_score,
        {{ days_between(utc_date('spoken.last_detractor_at'), as_of()) }} as days_since_detractor,
        case
            when spoken.has_contacts and spoken.last_detractor_at is not null
                then cast({{ when_covered(
                    'raw.sales_activities', 30, 'coalesce(spoken.last_contact_at > spoken.last_detractor_at, false)',
                    'days.metric_date'
                ) }} as boolean)
        end as has_contact_since_detractor,
        case
            when spoken.has_contacts
                then {{ when_covered(
                    'raw.sales_activities', 30,
                    'least(days.tenure_days, '
                    ~ days_between(
                        'coalesce(' ~ utc_date('spoken.last_contact_at') ~ ', sources.' ~ source_start('raw.sales_activities') ~ ')',
                        'days.metric_date'
                    ) ~ ')',
                    'days.metric_date'
                ) }}
        end as days_without_contact
    from success_days as days
    inner join commitments on days.customer_id = commitments.customer_id
    inner join spoken on days.customer_id = spoken.customer_id
    left join usage on days.customer_id = usage.customer_id
    left join plan_tiers on days.plan_tier = plan_tiers.plan_tier
    left join plan_tiers as next_tiers on plan_tiers.tier_rank + 1 = next_tiers.tier_rank
    cross join sources
    where days.metric_date = {{ as_of() }}
)

select * from final
