{#- The lower ('low') or upper ('high') end of the 95 % score interval of a share. Wilson, E. B. (1927), Probable
    inference, the law of succession, and statistical inference, JASA 22, 209–212. z = 1.959963984540054. -#}
{% macro wilson_bound(successes, trials, side) -%}
{%- set s = to_float(successes) -%}
{%- set n = 'nullif(' ~ to_float(trials) ~ ', 0)' -%}
{%- set z2 = '3.841458820694124' -%}
(
    (
        {{ s }} + {{ z2 }} / 2
        {{ '+' if side == 'high' else '-' }} 1.959963984540054
        * sqrt(greatest({{ s }} * (1 - {{ s }} / {{ n }}) + {{ z2 }} / 4, 0))
    ) / ({{ n }} + {{ z2 }})
)
{%- endmacro %}
