{#- The body of a query with the values of some columns that more than one row of a large relation has. Numbers are compared
    first, as groups of numbers take half the time of groups of texts; where two agree the values themselves are. -#}
{% macro repeated_rows(relation, columns) -%}
select {{ columns | join(', ') }}, count(*) as copies
from {{ relation }}
where {{ row_hash(columns) }} in (
    select {{ row_hash(columns) }}
    from {{ relation }}
    group by {{ row_hash(columns) }}
    having count(*) > 1
)
group by {{ columns | join(', ') }}
having count(*) > 1
{%- endmacro %}
