{{ config(materialized='table') }}

-- What customers say, what they reach, and who of the team spoke with them.
with survey_responses as (
    select * from {{ ref('stg_survey_responses') }}
),

success_goals as (
    select * from {{ ref('stg_success_goals') }}
),

sales_activities as (
    select * from {{ ref('stg_sales_activities') }}
),

dated as (
    select
        customer_id,
        {{ utc_date('responded_at') }} as metric_date,
        case when survey_type = 'nps' then 1 else 0 end as nps,
        case when survey_type = 'nps' and score >= 9 then 1 else 0 end as promoter,
        case when survey_type = 'nps' and score <= 6 then 1 else 0 end as detractor,
        case when survey_type = 'csat' then 1 else 0 end as csat,
        case when survey_type = 'csat' and score >= 4 then 1 else 0 end as satisfied,
        0 as goal,
        0 as contact
    from survey_responses
    where customer_id is not null and score is not null and responded_at is not null
    union all
    select
        customer_id,
        {{ utc_date('achieved_at') }} as metric_date,
        0 as nps,
        0 as promoter,
        0 as detractor,
        0 as csat,
        0 as satisfied,
        1 as goal,
        0 as contact
    from success_goals
    where achieved_at is not null
    union all
    select
        customer_id,
        {{ utc_date('occurred_at') }} as metric_date,
        0 as nps,
        0 as promoter,
        0 as detractor,
        0 as csat,
        0 as satisfied,
        0 as goal,
        1 as contact
    from sales_activities
    where customer_id is not null
),

final as (
    select
        customer_id,
        metric_date,
        cast(sum(nps) as bigint) as nps_answers,
        cast(sum(promoter) as bigint) as nps_promoters,
        cast(sum(detractor) as bigint) as nps_detractors,
        cast(sum(csat) as bigint) as csat_answers,
        cast(sum(satisfied) as bigint) as csat_satisfied,
        cast(sum(goal) as bigint) as goals_achieved,
        cast(sum(contact) as bigint) as team_contacts
    from dated
    group by customer_id, metric_date
)

select * from final
