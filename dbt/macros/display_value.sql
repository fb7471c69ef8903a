{#- A figure as people read it: dollars and counts with K, M and B from 10,000, ratios as percentages, else one decimal
    and the unit. -#}
{% macro display_value(value, unit) -%}
case
    when {{ value }} is null then '—'
    when {{ unit }} = 'ratio' then cast(cast(100 * {{ value }} as decimal(28, 1)) as {{ dbt.type_string() }}) || ' %'
    when {{ unit }} = 'percent' then cast(cast({{ value }} as decimal(28, 1)) as {{ dbt.type_string() }}) || ' %'
    when {{ unit }} in ('usd', 'count') then
        case when {{ value }} < 0 then '−' else '' end
        || case when {{ unit }} = 'usd' then '$' else '' end
        || case
            when abs({{ value }}) >= 1000000000 then {{ significant_text('abs(' ~ value ~ ') / 1000000000') }} || 'B'
            when abs({{ value }}) >= 1000000 then {{ significant_text('abs(' ~ value ~ ') / 1000000') }} || 'M'
            when abs({{ value }}) >= 10000 then {{ significant_text('abs(' ~ value ~ ') / 1000') }} || 'K'
            else cast(cast(abs({{ value }}) as decimal(28, 0)) as {{ dbt.type_string() }})
        end
    else cast(cast({{ value }} as decimal(28, 1)) as {{ dbt.type_string() }})
        || case when {{ unit }} in ('hours', 'days', 'minutes', 'years') then ' ' || {{ unit }} else '' end
end
{%- endmacro %}
