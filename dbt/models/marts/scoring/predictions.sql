{{ config(materialized='table', indexes=[{'columns': ['customer_id', 'as_of', 'model'], 'unique': true}]) }}

-- What the score step of a build makes the scores from.
-- depends_on: {{ ref('int_customer_predictor_days') }}, {{ ref('int_training_snapshots') }}, {{ ref('customer_usage_decay') }}

-- What the models say of a customer, of as_of and of every month-end before: BI, the API and messages all read it here.
with scores as (
    select * from {{ source('scoring', 'scores') }}
),

models as (
    select * from {{ source('scoring', 'models') }}
),

reasons as (
    select * from {{ source('scoring', 'reasons') }}
),

days as (
    select * from {{ ref('int_days') }}
),

-- A version has two rows where a model from outside scored the days between.
versions as (
    select distinct model, version, base_rate from models
),

shown as (
    select scores.*
    from scores
    inner join days on scores.metric_date = days.metric_date
    where days.is_latest or days.is_month_end
),

worded as (
    select
        reasons.customer_id,
        reasons.metric_date,
        reasons.model,
        max(case when reasons.place = 1 then reasons.words end) as reason_1,
        max(case when reasons.place = 2 then reasons.words end) as reason_2,
        max(case when reasons.place = 3 then reasons.words end) as reason_3,
        '[' || {{ dbt.listagg(
            "'{\"feature\":' || " ~ json_text('reasons.feature')
            ~ " || ',\"value\":' || " ~ json_text('reasons.value')
            ~ " || ',\"contribution\":' || " ~ json_text('reasons.contribution')
            ~ " || ',\"words\":' || " ~ json_text('reasons.words') ~ " || '}'",
            "','", 'order by reasons.place'
        ) }} || ']' as reasons
    from reasons
    inner join days on reasons.metric_date = days.metric_date
    where days.is_latest or days.is_month_end
    group by reasons.customer_id, reasons.metric_date, reasons.model
),

final as (
    select
        shown.customer_id,
        shown.metric_date as as_of,
        shown.model,
        shown.version,
        shown.probability,
        shown.log_odds,
        shown.tier,
        versions.base_rate,
        shown.probability / nullif(versions.base_rate, 0) as lift,
        worded.reason_1,
        worded.reason_2,
        worded.reason_3,
        coalesce(worded.reasons, '[]') as reasons
    from shown
    left join versions on shown.model = versions.model and shown.version = versions.version
    left join worded
        on shown.customer_id = worded.customer_id
        and shown.metric_date = worded.metric_date
        and shown.model = worded.model
)

select * from final
