{#- The probability that a standard normal value lies above |z|: an upper tail, so that small ones keep their digits.
    The error is below 1e-16, and below 1e-8 of the value up to |z| = 37, beyond which it is 0. Hart, J. F. et al. (1968), Computer Approximations,
    algorithm 5666, as written down by West, G. (2005), Better approximations to cumulative normal functions, Wilmott. -#}
{% macro normal_tail(z) -%}
{%- set x = 'abs(' ~ to_float(z) ~ ')' -%}
{%- set upper = [
    '0.700383064443688', '6.37396220353165', '33.912866078383', '112.079291497871', '221.213596169931',
    '220.206867912376'
] -%}
{%- set lower = [
    '1.75566716318264', '16.064177579207', '86.7807322029461', '296.564248779674', '637.333633378831',
    '793.826512519948', '440.413735824752'
] -%}
case
    when {{ x }} >= 37 then {{ to_float('0') }}
    when {{ x }} < 7.07106781186547 then
        exp(-{{ x }} * {{ x }} / 2)
        * ({% for _ in upper %}({% endfor %}{{ to_float('0.0352624965998911') }}
            {%- for coefficient in upper %} * {{ x }} + {{ coefficient }}){% endfor %})
        / ({% for _ in lower %}({% endfor %}{{ to_float('0.0883883476483184') }}
            {%- for coefficient in lower %} * {{ x }} + {{ coefficient }}){% endfor %})
    when {{ x }} < 37 then
        exp(-{{ x }} * {{ x }} / 2) / 2.506628274631
        / ({{ x }} + 1 / ({{ x }} + 2 / ({{ x }} + 3 / ({{ x }} + 4 / ({{ x }} + 0.65)))))
end
{%- endmacro %}
