{#- The body of a query with one row per group (named by the columns `group_key`) and last day of the 7 that begin with a
    feature's release: how many users were active on those days with the feature in their plan, and how many of them used
    it. Reads the CTEs named by `user_days` and `feature_days`, and `releases` (customers entitled, by feature and day);
    users are named by `user_id` and the columns `owner_key`. -#}
{% macro release_adoption(group_key, owner_key, user_days, feature_days) -%}
with entitled as (
    select distinct {{ owner_key }}, user_id, feature_id, last_date
    from {{ user_days }}
    inner join releases using (customer_id, metric_date)
),

adopted as (
    select distinct {{ owner_key }}, user_id, feature_id, 1 as is_adopted
    from {{ feature_days }}
    inner join releases using (customer_id, metric_date, feature_id)
)

select
    {{ group_key }},
    last_date,
    count(*) as entitled_users,
    count(is_adopted) as adopting_users
from entitled
left join adopted using ({{ owner_key }}, user_id, feature_id)
group by {{ group_key }}, last_date
{%- endmacro %}
