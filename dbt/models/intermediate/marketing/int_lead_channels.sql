{{ config(materialized='table') }}

-- A lead keeps the channel that could be named on the day it was created: a campaign or a visit that became known
-- later did not bring it.
with leads as (
    select * from {{ ref('stg_leads') }}
),

campaign_channels as (
    select * from {{ ref('int_campaign_channels') }}
),

visits as (
    select * from {{ ref('int_user_visits') }}
),

dated as (
    select
        lead_id,
        visitor_id,
        campaign_id,
        customer_id,
        {{ utc_date('created_at') }} as created_date,
        {{ utc_date('mql_at') }} as mql_date,
        {{ utc_date('converted_at') }} as converted_date
    from leads
),

final as (
    select
        dated.lead_id,
        dated.created_date,
        case when dated.mql_date < dated.created_date then dated.created_date else dated.mql_date end as mql_date,
        dated.converted_date,
        dated.customer_id,
        coalesce(
            campaign_channels.channel,
            case when {{ utc_date('visits.first_session_at') }} <= dated.created_date then visits.first_channel end,
            'unknown'
        ) as channel
    from dated
    left join campaign_channels
        on dated.campaign_id = campaign_channels.campaign_id
        and dated.created_date >= campaign_channels.valid_from
        and dated.created_date < campaign_channels.valid_to
    left join visits on dated.visitor_id = visits.user_id
)

select * from final
