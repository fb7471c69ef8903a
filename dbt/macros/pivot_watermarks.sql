{#- What `source_watermarks` says of some sources as one row, for `when_available` and `when_window_known` in models of
    as_of alone. The model imports `source_watermarks` as a CTE of that name and cross joins this one, called `sources`. -#}
{% macro pivot_watermarks(source_names) -%}
select
    {%- for name in source_names %}
    count(case when source_name = '{{ name }}' and is_available then 1 end) > 0 as {{ source_flag(name) }},
    max(case when source_name = '{{ name }}' then {{ utc_date('first_event_at') }} end) as {{ source_start(name) }},
    max(case when source_name = '{{ name }}' then last_event_date end) as {{ source_end(name) }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from source_watermarks
{%- endmacro %}
