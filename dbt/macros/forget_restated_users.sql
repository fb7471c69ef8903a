{#- The hook before a build of an incremental model with a `user_key`: as `forget_restated` for one with a `customer_id`. -#}
{% macro forget_restated_users(relation) -%}
{% if is_incremental() -%}
delete from {{ relation }}
where metric_date >= {{ continues_from() }}
    or {{ restated_condition(
        relation, 'user_key',
        'select users.user_key, restated.restate_from from ' ~ ref('int_user_keys') ~ ' as users inner join '
            ~ ref('int_restated_customers') ~ ' as restated on users.customer_id = restated.customer_id'
    ) }}
{%- endif %}
{%- endmacro %}
