-- What a closed deal adds to, and for how long. An amount that was loaded later adds from then on; a deal that was
-- opened again stops adding.
{%- set measures = [
    ['deals_closed_90d', 'ninety', '1', 'true'],
    ['deals_won_90d', 'ninety', '1', 'is_won'],
    ['revenue_won_90d', 'ninety', 'amount', 'is_won and amount is not null'],
    ['deals_valued_90d', 'ninety', '1', 'is_won and amount is not null'],
    ['cycle_days_90d', 'ninety', 'cycle_days', 'is_won and cycle_days is not null'],
    ['deals_timed_90d', 'ninety', '1', 'is_won and cycle_days is not null'],
    ['deals_won_mtd', 'month', '1', 'is_won'],
    ['revenue_closed_mtd', 'month', 'amount', 'is_won and amount is not null'],
    ['revenue_total', 'ever', 'amount', 'is_won and amount is not null']
] %}

with stages as (
    select * from {{ ref('int_opportunity_stages') }}
),

closed as (
    select
        coalesce(owner_id, '') as owner_id,
        stage = 'closed_won' as is_won,
        valid_from,
        amount,
        amount_known_from,
        {{ days_between('created_on', 'stage_entered_on') }} as cycle_days,
        least({{ add_days('stage_entered_on', 90) }}, valid_to) as ninety_ends_on,
        least({{ add_days(dbt.last_day('stage_entered_on', 'month'), 1) }}, valid_to) as month_ends_on,
        valid_to as ever_ends_on
    from stages
    where not is_open and stage_entered_on is not null
),

spans as (
    {%- for measure, window, value, condition in measures %}
    select
        owner_id,
        '{{ measure }}' as measure,
        {{ 'greatest(valid_from, amount_known_from)' if 'amount' in condition else 'valid_from' }} as starts_on,
        {{ window }}_ends_on as ends_on,
        {{ to_money(value) }} as value
    from closed
    where {{ condition }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

final as (
    select * from spans
    where starts_on < coalesce(ends_on, {{ no_end() }})
)

select * from final
