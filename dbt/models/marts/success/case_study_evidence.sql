{{ config(indexes=[{'columns': ['customer_id'], 'unique': true}]) }}

-- What a case study could be written from. Whether somebody was asked is not known here: that is application state.
with success_days as (
    select * from {{ ref('int_customer_success_days') }}
),

ledger as (
    select * from {{ ref('int_customer_days') }}
),

customers as (
    select * from {{ ref('int_customers') }}
),

contacts as (
    select * from {{ ref('stg_customers') }}
),

tiers as (
    select * from {{ ref('int_customer_tiers') }}
),

survey_responses as (
    select * from {{ ref('stg_survey_responses') }}
),

success_goals as (
    select * from {{ ref('stg_success_goals') }}
),

source_watermarks as (
    select * from {{ ref('source_watermarks') }}
),

sources as (
    {{ pivot_watermarks(['raw.usage_events', 'raw.success_goals']) }}
),

answers as (
    select
        customer_id,
        score,
        {{ utc_date('responded_at') }} as answered_on,
        row_number() over (partition by customer_id order by responded_at desc, response_id) as place
    from survey_responses
    where
        survey_type = 'nps'
        and score is not null
        and responded_at is not null
        and responded_at >= {{ window_start(365) }}
),

-- Documented: reached, and with the value it started from and the value it came to.
returns as (
    select
        success_goals.*,
        {{ utc_date('achieved_at') }} as achieved_on,
        row_number() over (partition by customer_id order by achieved_at desc, goal_id) as place
    from success_goals
    where
        goal_type = 'roi'
        and achieved_at is not null
        and baseline_value is not null
        and achieved_value is not null
),

-- Without subscription periods only today's MRR is known, and nothing of how it grew.
first_prices as (
    select
        tiers.customer_id,
        tiers.mrr,
        row_number() over (partition by tiers.customer_id order by tiers.valid_from) as place
    from tiers
    inner join customers on tiers.customer_id = customers.customer_id
    where tiers.is_active and tiers.mrr > 0 and customers.state_source = 'subscription_periods'
),

final as (
    select
        days.customer_id,
        days.customer_name,
        days.metric_date,
        days.industry,
        days.segment,
        days.plan_tier,
        days.csm_id,
        days.csm_name,
        customers.signup_date,
        days.tenure_days,
        days.customer_health_score as health_score,
        days.health_band,
        answers.score as latest_nps_score,
        answers.answered_on as latest_nps_on,
        contacts.is_reference_ok,
        days.current_mrr as mrr,
        first_prices.mrr as first_mrr,
        100 * {{ to_float('days.current_mrr - first_prices.mrr') }} / {{ to_float('first_prices.mrr') }} as mrr_growth_pct,
        days.users,
        {{ when_available('raw.usage_events', 'ledger.api_calls_total') }} as api_calls,
        cast({{ when_available('raw.success_goals', 'returns.goal_id is not null') }} as boolean) as has_documented_roi,
        returns.name as roi_goal,
        returns.unit as roi_unit,
        returns.baseline_value as roi_baseline_value,
        returns.target_value as roi_target_value,
        returns.achieved_value as roi_achieved_value,
        returns.achieved_on as roi_achieved_on
    from success_days as days
    inner join customers on days.customer_id = customers.customer_id
    inner join contacts on days.customer_id = contacts.customer_id
    left join ledger on days.customer_id = ledger.customer_id and days.metric_date = ledger.metric_date
    left join answers on days.customer_id = answers.customer_id and answers.place = 1
    left join returns on days.customer_id = returns.customer_id and returns.place = 1
    left join first_prices on days.customer_id = first_prices.customer_id and first_prices.place = 1
    cross join sources
    where days.metric_date = {{ as_of() }}
)

select * from final
