{#- What `int_source_days` says of some sources, one row per day, for `when_available` and `when_covered`. The model imports
    `int_source_days` as the CTE `source_days` and joins this one, called `sources`, on the day of its rows. -#}
{% macro pivot_source_days(source_names) -%}
select
    metric_date
    {%- for name in source_names %},
    count(case when source_name = '{{ name }}' then first_fact_date end) > 0 as {{ source_flag(name) }},
    max(case when source_name = '{{ name }}' then first_fact_date end) as {{ source_start(name) }},
    max(case when source_name = '{{ name }}' then last_fact_date end) as {{ source_end(name) }}
    {%- endfor %}
from source_days
group by metric_date
{%- endmacro %}
