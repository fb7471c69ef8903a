{#- A figure as people read it: dollars and counts with K, M and B from 10,000, ratios as percentages, else one decimal
    and the unit. -#}
{% macro display_value(value, unit) -%}
case
    when {{ value }} is null then '—'
    when {{ unit }} = 'ratio' then {{ decimal_text('100 * ' ~ value, 1) }} || ' %'
    when {{ unit }} = 'percent' then {{ decimal_text(value, 1) }} || ' %'
    when {{ unit }} in ('usd', 'count') then
        case when {{ value }} < 0 then '−' else '' end
        || case when {{ unit }} = 'usd' then '$' else '' end
        || case
            when abs({{ value }}) >= 1000000000 then {{ significant_text('abs(' ~ value ~ ') / 1000000000') }} || 'B'
            when abs({{ value }}) >= 1000000 then {{ significant_text('abs(' ~ value ~ ') / 1000000') }} || 'M'
            when abs({{ value }}) >= 10000 then {{ significant_text('abs(' ~ value ~ ') / 1000') }} || 'K'
            else {{ decimal_text('abs(' ~ value ~ ')', 0) }}
        end
    else {{ decimal_text(value, 1) }}
        || case when {{ unit }} in ('hours', 'days', 'minutes', 'years') then ' ' || {{ unit }} else '' end
end
{%- endmacro %}
