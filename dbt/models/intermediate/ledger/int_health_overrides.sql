-- What a person has set by hand, from the variable `health`; of two for one day and customer the later one holds.
{%- set overrides = var('health').overrides %}
with listed as (
    {%- for override in overrides %}
    select
        cast('{{ override.customer_id | replace("'", "''") }}' as {{ dbt.type_string() }}) as customer_id,
        {{ to_float(override.score) }} as score,
        cast('{{ override.reason | replace("'", "''") }}' as {{ dbt.type_string() }}) as reason,
        cast('{{ override.from }}' as date) as from_date,
        cast('{{ override.until }}' as date) as until_date
    union all
    {%- endfor %}
    select
        cast(null as {{ dbt.type_string() }}) as customer_id,
        {{ to_float('null') }} as score,
        cast(null as {{ dbt.type_string() }}) as reason,
        cast(null as date) as from_date,
        cast(null as date) as until_date
),

bounded as (
    select
        *,
        lead(from_date) over (partition by customer_id order by from_date, until_date) as next_from_date
    from listed
    where customer_id is not null
),

final as (
    select
        customer_id,
        score,
        reason,
        from_date,
        least(until_date, {{ add_days('next_from_date', -1) }}) as until_date
    from bounded
)

select * from final
