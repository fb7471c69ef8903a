{{ config(materialized='table') }}

-- An opened mail counts from the day of its first opening by a person on, as long as its delivery is one of the last
-- 30 days: up on the one day, down on the other. Clicks likewise.
with email_sends as (
    select * from {{ ref('stg_email_sends') }}
),

social_posts as (
    select * from {{ ref('stg_social_posts') }}
),

mails as (
    select
        {{ utc_date('delivered_at') }} as delivered_on,
        {{ add_days(utc_date('delivered_at'), 30) }} as counts_to,
        {{ utc_date('opened_at') }} as opened_on,
        coalesce(machine_open, false) as is_opened_by_machine,
        {{ utc_date('clicked_at') }} as clicked_on
    from email_sends
    where delivered_at is not null
),

responses as (
    select greatest(delivered_on, opened_on) as counts_from, counts_to, 1 as opens, 0 as clicks
    from mails
    where opened_on is not null and not is_opened_by_machine
    union all
    select greatest(delivered_on, clicked_on) as counts_from, counts_to, 0 as opens, 1 as clicks
    from mails
    where clicked_on is not null
),

happenings as (
    select
        'email' as channel,
        {{ utc_date('sent_at') }} as date,
        1 as emails_sent,
        0 as emails_delivered,
        0 as email_opens_change,
        0 as email_clicks_change,
        0 as social_reports,
        0 as social_impressions,
        0 as social_engagements
    from email_sends
    union all
    select 'email', delivered_on, 0, 1, 0, 0, 0, 0, 0
    from mails
    union all
    select 'email', counts_from, 0, 0, opens, clicks, 0, 0, 0
    from responses
    where counts_from < counts_to
    union all
    select 'email', counts_to, 0, 0, -opens, -clicks, 0, 0, 0
    from responses
    where counts_from < counts_to and counts_to <= {{ as_of() }}
    union all
    select channel, date, 0, 0, 0, 0, 1, coalesce(impressions, 0), coalesce(engagements, 0)
    from social_posts
),

final as (
    select
        channel,
        date as metric_date,
        cast(sum(emails_sent) as bigint) as emails_sent,
        cast(sum(emails_delivered) as bigint) as emails_delivered,
        cast(sum(email_opens_change) as bigint) as email_opens_change,
        cast(sum(email_clicks_change) as bigint) as email_clicks_change,
        cast(sum(social_reports) as bigint) as social_reports,
        cast(sum(social_impressions) as bigint) as social_impressions,
        cast(sum(social_engagements) as bigint) as social_engagements
    from happenings
    group by channel, date
)

select * from final
