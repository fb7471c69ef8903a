{#- As `restated_rows`, of a relation with a `user_key` and a `metric_date`. The model also imports int_user_keys as the CTE
    `users`. -#}
{% macro restated_user_rows(relation, days_before=0) -%}
{% if is_incremental() -%}
select relation.*
from {{ relation }} as relation
inner join (
    select users.user_key, coalesce(restated.restate_from, {{ continues_from() }}) as restate_from
    from users
    left join restated on users.customer_id = restated.customer_id
) as restated_users on relation.user_key = restated_users.user_key
where relation.metric_date >= {{ add_days('restated_users.restate_from', -days_before) }}
{%- else -%}
select * from {{ relation }}
{%- endif %}
{%- endmacro %}
