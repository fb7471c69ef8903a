-- A wave stands for the company from the day on which it has 30 answers until a later wave has as many: the first
-- answers of a wave say little. Waves follow each other in the order in which they were first sent.
with days as (
    select * from {{ ref('int_days') }}
),

survey_responses as (
    select * from {{ ref('stg_survey_responses') }}
),

answers as (
    select
        wave,
        {{ utc_date('responded_at') }} as date,
        count(*) as answers,
        count(case when score > 0 then 1 end) as aware_answers
    from survey_responses
    where survey_type = 'brand_aided' and wave is not null and responded_at is not null and score is not null
    group by wave, {{ utc_date('responded_at') }}
),

waves as (
    select wave, min({{ utc_date('sent_at') }}) as first_sent_date
    from survey_responses
    where survey_type = 'brand_aided' and wave is not null
    group by wave
),

counted as (
    select
        days.metric_date,
        waves.wave,
        waves.first_sent_date,
        cast(sum(answers.answers) as bigint) as answers,
        cast(sum(answers.aware_answers) as bigint) as aware_answers
    from days
    inner join answers on days.metric_date >= answers.date
    inner join waves on answers.wave = waves.wave
    where days.days_ago < {{ var('company_history_days') }}
    group by days.metric_date, waves.wave, waves.first_sent_date
),

ranked as (
    select
        *,
        row_number() over (partition by metric_date order by first_sent_date desc, wave desc) as recency
    from counted
    where answers >= 30
),

final as (
    select metric_date, wave as brand_awareness_wave, answers as brand_answers, aware_answers as brand_aware_answers
    from ranked
    where recency = 1
)

select * from final
