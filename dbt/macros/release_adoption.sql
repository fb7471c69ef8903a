{#- The body of a query with one row per group (the column `group_key`) and last day of the 7 that begin with a feature's
    release: how many users were active on those days with the feature in their plan, and how many of them used it.
    Reads the CTEs named by `user_days` and `feature_days`, and `releases` (customers entitled, by feature and day). -#}
{% macro release_adoption(group_key, user_days, feature_days) -%}
with entitled as (
    select distinct {{ group_key }}, user_key, feature_id, feature_key, last_date
    from {{ user_days }}
    inner join releases using (customer_key, metric_date)
),

adopted as (
    select distinct {{ group_key }}, user_key, feature_key, 1 as is_adopted
    from {{ feature_days }}
    inner join releases using (customer_key, metric_date, feature_key)
)

select
    {{ group_key }},
    last_date,
    count(*) as entitled_users,
    count(is_adopted) as adopting_users
from entitled
left join adopted using ({{ group_key }}, user_key, feature_key)
group by {{ group_key }}, last_date
{%- endmacro %}
