{#- Piecewise linear: the height at `x` of the line through `points`, pairs of x and y in order of x; level before the
    first and after the last. -#}
{% macro curve(x, points) -%}
case
    when {{ x }} is null then null
    when {{ x }} <= {{ points[0][0] }} then {{ points[0][1] }}
    {%- for point in points[1:] %}
    {%- set before = points[loop.index0] %}
    when {{ x }} <= {{ point[0] }}
        then {{ before[1] }} + {{ to_float(point[1] - before[1]) }} * ({{ x }} - ({{ before[0] }}))
            / {{ to_float(point[0] - before[0]) }}
    {%- endfor %}
    else {{ points[-1][1] }}
end
{%- endmacro %}
