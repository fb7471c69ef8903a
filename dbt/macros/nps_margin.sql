{#- Half the width of the 95 % interval of a net promoter score, in points: the score is a mean of +1, 0 and -1 over the
    answers, so its variance is that of the mean. NULL under five answers, as the score. -#}
{% macro nps_margin(promoters, detractors, answers) -%}
case
    when {{ answers }} >= 5
        then 196 * sqrt(
            greatest(
                0,
                ({{ to_float(promoters ~ ' + ' ~ detractors) }} / {{ answers }})
                - ({{ to_float(promoters ~ ' - ' ~ detractors) }} / {{ answers }})
                * ({{ to_float(promoters ~ ' - ' ~ detractors) }} / {{ answers }})
            ) / {{ answers }}
        )
end
{%- endmacro %}
