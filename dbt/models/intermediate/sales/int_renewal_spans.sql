-- A term is due the day after its last day and counts for 90 days from then. It is renewed by the first later term of
-- its subscription or of one that renews it. It belongs to the owner of the customer's latest opportunity on that day,
-- or to nobody when that member had left.
with subscription_periods as (
    select * from {{ ref('stg_subscription_periods') }}
),

opportunities as (
    select * from {{ ref('int_opportunity_owners') }}
),

team_members as (
    select * from {{ ref('stg_team_members') }}
),

terms as (
    select
        subscription_id,
        customer_id,
        term_end,
        min(valid_from) as known_from,
        greatest({{ add_days('term_end', 1) }}, min(valid_from)) as due_on,
        {{ add_days('term_end', 91) }} as ends_on
    from subscription_periods
    where term_end is not null and coalesce(change_type, '') <> 'churn'
    group by subscription_id, customer_id, term_end
),

renewals as (
    select terms.subscription_id, terms.customer_id, terms.term_end, min(periods.valid_from) as renewed_on
    from terms
    inner join (
        select subscription_id, term_end, valid_from, change_type from subscription_periods
        union all
        select renewed_from, term_end, valid_from, change_type from subscription_periods
        where renewed_from is not null
    ) as periods
        on terms.subscription_id = periods.subscription_id
        and terms.term_end < periods.term_end
        and terms.known_from <= periods.valid_from
    where coalesce(periods.change_type, '') not in ('churn', 'reactivation')
    group by terms.subscription_id, terms.customer_id, terms.term_end
),

ranked as (
    select
        terms.subscription_id,
        terms.customer_id,
        terms.term_end,
        opportunities.owner_id,
        row_number() over (
            partition by terms.subscription_id, terms.customer_id, terms.term_end
            order by opportunities.known_from desc, opportunities.opp_id
        ) as place
    from terms
    inner join opportunities
        on terms.customer_id = opportunities.customer_id and opportunities.known_from <= terms.due_on
    where opportunities.owner_id is not null
),

owned as (
    select
        terms.due_on, terms.ends_on,
        case when team_members.active_to < terms.due_on then '' else coalesce(ranked.owner_id, '') end as owner_id,
        renewals.renewed_on
    from terms
    left join ranked
        on terms.subscription_id = ranked.subscription_id
        and terms.customer_id = ranked.customer_id
        and terms.term_end = ranked.term_end
        and ranked.place = 1
    left join team_members on ranked.owner_id = team_members.member_id
    left join renewals
        on terms.subscription_id = renewals.subscription_id
        and terms.customer_id = renewals.customer_id
        and terms.term_end = renewals.term_end
    where terms.due_on < terms.ends_on
),

final as (
    select owner_id, 'terms_due_90d' as measure, due_on as starts_on, ends_on, {{ to_money(1) }} as value
    from owned
    union all
    select
        owner_id,
        'terms_renewed_90d' as measure,
        greatest(due_on, renewed_on) as starts_on,
        ends_on,
        {{ to_money(1) }} as value
    from owned
    where renewed_on < ends_on
)

select * from final
