with all_values as (
    select
        size as value_field,
        count(*) as n_records
    from "main_marts"."customers"
    group by size
)

select *
from all_values
where value_field not in (
    'small',
    'large'
)
