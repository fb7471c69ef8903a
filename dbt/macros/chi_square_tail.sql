{#- The probability that a chi-square value with `degrees` degrees of freedom (an integer expression, 1 to 9) lies above
    `x`: the finite sums 26.4.4 (odd) and 26.4.5 (even) of Abramowitz, M. and Stegun, I. A. (1964), Handbook of
    Mathematical Functions. NULL for other degrees. -#}
{% macro chi_square_tail(x, degrees) -%}
{%- set x = to_float(x) -%}
case {{ degrees }}
    {%- for degree in range(1, 10) %}
    {%- set terms = (degree / 2) | int %}
    when {{ degree }} then
        {%- if degree % 2 == 0 %}
        exp(-{{ x }} / 2) * (1
            {%- for last in range(1, terms) %} + 1{% for r in range(1, last + 1) %} * {{ x }} / {{ 2 * r }}{% endfor %}{% endfor %})
        {%- else %}
        2 * ({{ normal_tail('sqrt(' ~ x ~ ')') }})
            {%- if terms > 0 %}
        + 2 * exp(-{{ x }} / 2) / 2.5066282746310002 * sqrt({{ x }}) * (1
            {%- for last in range(2, terms + 1) %} + 1{% for r in range(2, last + 1) %} * {{ x }} / {{ 2 * r - 1 }}{% endfor %}{% endfor %})
            {%- endif %}
        {%- endif %}
    {%- endfor %}
end
{%- endmacro %}
