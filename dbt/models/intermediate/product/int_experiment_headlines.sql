-- What experiments said by the end of each day, in one figure: of those with enough units in control and variant, the
-- one that began last, and of its variants the one with the highest rate. Counts only change on some days: a state holds
-- until the next.
with exposures as (
    select * from {{ ref('stg_experiment_exposures') }}
),

experiments as (
    select * from {{ ref('stg_experiments') }}
),

days as (
    select * from {{ ref('int_days') }}
),

changes as (
    select experiment_id, variant, {{ utc_date('exposed_at') }} as changed_on, 1 as exposed, 0 as conversions
    from exposures
    union all
    select experiment_id, variant, {{ utc_date('converted_at') }} as changed_on, 0 as exposed, 1 as conversions
    from exposures
    where converted_at >= exposed_at
),

states as (
    select
        experiment_id,
        variant,
        changed_on,
        lead(changed_on) over (partition by experiment_id, variant order by changed_on) as next_changed_on,
        min(changed_on) over (partition by experiment_id) as began_on,
        cast(sum(sum(exposed)) over (partition by experiment_id, variant order by changed_on) as bigint) as exposed,
        cast(sum(sum(conversions)) over (partition by experiment_id, variant order by changed_on) as bigint)
            as conversions
    from changes
    group by experiment_id, variant, changed_on
),

ranked as (
    select
        days.metric_date,
        states.*,
        row_number() over (
            partition by days.metric_date, states.experiment_id
            order by case when lower(states.variant) = 'control' then 0 else 1 end, states.variant
        ) as place
    from days
    inner join states
        on states.changed_on <= days.metric_date
        and days.metric_date < coalesce(states.next_changed_on, {{ no_end() }})
    where days.days_ago < {{ var('company_history_days') }}
),

compared as (
    select
        own.*,
        control.variant as control_variant,
        {{ ratio('own.conversions', 'own.exposed') }} as rate,
        {{ ratio('control.conversions', 'control.exposed') }} as control_rate,
        least(
            own.conversions,
            own.exposed - own.conversions,
            control.conversions,
            control.exposed - control.conversions
        ) >= 5 as has_enough_units
    from ranked as own
    inner join ranked as control
        on own.metric_date = control.metric_date
        and own.experiment_id = control.experiment_id
        and control.place = 1
    where own.place > 1
),

ordered as (
    select
        *,
        row_number() over (
            partition by metric_date
            order by
                case when has_enough_units then 0 else 1 end, began_on desc, experiment_id desc, rate desc, variant
        ) as place_of_day
    from compared
),

final as (
    select
        ordered.metric_date,
        ordered.experiment_id,
        ordered.variant,
        case when ordered.has_enough_units then ordered.rate / ordered.control_rate - 1 end as lift,
        case
            when ordered.has_enough_units
                then coalesce(experiments.name, ordered.experiment_id) || ': ' || ordered.variant || ' against '
                    || ordered.control_variant
            else 'No experiment has 5 units that converted and 5 that did not in both control and variant.'
        end as note
    from ordered
    left join experiments on ordered.experiment_id = experiments.experiment_id
    where ordered.place_of_day = 1
)

select * from final
