{#- The rows of a relation with a `customer_id` that a build states again, or needs to: those dated by the expression `day`
    from `days_before` days before the customer's `restate_from` on (a trailing window of N days reads N - 1 before). All
    rows in a build of all days. The model imports int_restated_customers as the CTE `restated`. -#}
{% macro restated_rows(relation, day='metric_date', days_before=0) -%}
{% if is_incremental() -%}
select relation.*
from {{ relation }} as relation
left join restated on relation.customer_id = restated.customer_id
where {{ day }} >= {{ add_days('coalesce(restated.restate_from, ' ~ continues_from() ~ ')', -days_before) }}
{%- else -%}
select * from {{ relation }}
{%- endif %}
{%- endmacro %}
