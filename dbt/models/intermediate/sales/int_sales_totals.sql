{{ config(materialized='table') }}

-- Every measure is a running total: it gains a value on the day its span starts and loses it on the day it ends.
-- 'all' is the company, '' what belongs to nobody. All is added up in hundredths.
{%- set measures = [
    'deals_closed_90d', 'deals_won_90d', 'revenue_won_90d', 'deals_valued_90d', 'cycle_days_90d', 'deals_timed_90d',
    'deals_won_mtd', 'revenue_closed_mtd', 'revenue_total', 'calls_made_30d', 'emails_sent_30d', 'meetings_held_30d',
    'total_mqls', 'mqls_30_to_120d', 'mqls_to_sql_in_30d', 'mqls_90_to_180d', 'mqls_to_customer_in_90d',
    'terms_due_90d', 'terms_renewed_90d', 'mrr_year_ago', 'mrr_kept', 'mrr_of_same_customers'
] %}
{%- set money = [
    'revenue_won_90d', 'revenue_closed_mtd', 'revenue_total', 'mrr_year_ago', 'mrr_kept', 'mrr_of_same_customers'
] %}
{%- set span_models = [
    'deal_spans', 'activity_spans', 'lead_spans', 'renewal_spans', 'retention_spans'
] %}

with days as (
    select * from {{ ref('int_days') }}
),

owners as (
    select * from {{ ref('int_sales_owners') }}
),

deal_spans as (
    select * from {{ ref('int_deal_spans') }}
),

activity_spans as (
    select * from {{ ref('int_activity_spans') }}
),

lead_spans as (
    select * from {{ ref('int_lead_spans') }}
),

renewal_spans as (
    select * from {{ ref('int_renewal_spans') }}
),

retention_spans as (
    select * from {{ ref('int_retention_spans') }}
),

changes as (
    {%- for model in span_models %}
    select owner_id, measure, starts_on as change_date, value from {{ model }}
    union all
    select owner_id, measure, ends_on as change_date, -value as value from {{ model }}
    where ends_on is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

summed as (
    select
        changes.owner_id,
        changes.measure,
        -- What began before the first day is there on the first day.
        greatest(changes.change_date, bounds.first_day) as metric_date,
        cast(sum(changes.value) * 100 as bigint) as value
    from changes
    cross join (select min(metric_date) as first_day from days) as bounds
    where changes.change_date <= {{ as_of() }}
    group by changes.owner_id, changes.measure, greatest(changes.change_date, bounds.first_day)
),

daily as (
    select
        owner_id,
        metric_date
        {%- for measure in measures %},
        cast(sum(case when measure = '{{ measure }}' then value end) as bigint) as {{ measure }}
        {%- endfor %}
    from summed
    group by owner_id, metric_date
),

copied as (
    select * from daily
    union all
    select
        'all' as owner_id,
        metric_date
        {%- for measure in measures %},
        cast(sum({{ measure }}) as bigint) as {{ measure }}
        {%- endfor %}
    from daily
    group by metric_date
),

spine as (
    select owners.owner_id, days.metric_date
    from owners
    inner join days on owners.known_from <= days.metric_date
    union all
    select names.owner_id, days.metric_date
    from (select 'all' as owner_id union all select '' as owner_id) as names
    cross join days
),

final as (
    select
        spine.owner_id,
        spine.metric_date
        {%- for measure in measures %}
        {%- set total = running_total('coalesce(copied.' ~ measure ~ ', 0)', 'owner_days') %},
        {{ to_money(total ~ ' * 0.01') if measure in money else integer_divide(total, 100) }} as {{ measure }}
        {%- endfor %}
    from spine
    left join copied on spine.owner_id = copied.owner_id and spine.metric_date = copied.metric_date
    window owner_days as (
        partition by spine.owner_id order by spine.metric_date rows between unbounded preceding and current row
    )
)

select * from final
