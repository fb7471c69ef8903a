{{ config(materialized='table') }}

-- An error is measured in spreads, what chance alone would make of it: 1.28 of them hold four in five. Real errors have
-- common causes and are larger, so the interval is as wide as held four in five of the looks at periods that ended
-- before the month, and wider by one in so many periods while these are few.
with days as (
    select * from {{ ref('int_days') }}
),

looks as (
    select * from {{ ref('int_forecast_looks') }}
),

months as (
    select distinct cast({{ dbt.date_trunc('month', 'metric_date') }} as date) as month from days
),

errors as (
    select
        cast(owner_id = 'all' as boolean) as is_company,
        period_start,
        period_end,
        owner_id,
        abs({{ to_float('actual_amount - forecast_amount') }}) / spread as error
    from looks
),

measured as (
    select
        months.month,
        errors.is_company,
        count(distinct errors.period_start) as periods,
        count(distinct errors.owner_id || cast(errors.period_start as {{ dbt.type_string() }})) as owner_periods,
        count(*) as looks,
        {{ percentile(0.8, 'errors.error') }} as error_of_four_in_five
    from months
    inner join errors on errors.period_end < months.month
    group by months.month, errors.is_company
),

final as (
    select
        month,
        is_company,
        periods,
        looks,
        error_of_four_in_five,
        case when periods >= 2
            then greatest(1.2816, error_of_four_in_five) * (owner_periods + 1) / owner_periods
        end as width
    from measured
)

select * from final
