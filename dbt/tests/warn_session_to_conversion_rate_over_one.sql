-- Possible, and reported instead of clamped: more conversions than sessions point to visits that were not tracked.
{{ config(severity='warn') }}

select campaign_id, total_sessions, total_conversions, session_to_conversion_rate
from {{ ref('int_funnel_stages_by_campaign') }}
where session_to_conversion_rate > 1 or (total_sessions = 0 and total_conversions > 0)
