-- The platform's click-through rate and the one from its own counts should be the same number.
{{ config(severity='warn') }}

select creative_id, ctr, calculated_ctr
from {{ ref('stg_ad_creatives') }}
where abs(ctr - calculated_ctr) > 0.001
