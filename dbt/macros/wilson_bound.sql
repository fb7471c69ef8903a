{#- The lower ('low') or upper ('high') end of the 95 % score interval of a share; NULL without trials. Wilson, E. B.
    (1927), Probable inference, the law of succession, and statistical inference, JASA 22, 209–212. The ends 0 and 1 are
    written out, because rounding misses them. z = 1.959963984540054. -#}
{% macro wilson_bound(successes, trials, side) -%}
{%- set s = to_float(successes) -%}
{%- set n = to_float(trials) -%}
{%- set z2 = '3.841458820694124' -%}
case
    when {{ trials }} > 0 and {{ successes }} = {{ '0' if side == 'low' else trials }}
        then {{ to_float('0' if side == 'low' else '1') }}
    when {{ trials }} > 0 then (
        {{ s }} + {{ z2 }} / 2
        {{ '-' if side == 'low' else '+' }} 1.959963984540054 * sqrt({{ s }} * (1 - {{ s }} / {{ n }}) + {{ z2 }} / 4)
    ) / ({{ n }} + {{ z2 }})
end
{%- endmacro %}
