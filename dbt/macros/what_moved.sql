{#- What became of a customer's health since some days ago, in a sentence. Reads the columns of `customer_health_changes`
    that end with the number of days. The score is cut off, not rounded: 79.6 is not Excellent yet. -#}
{% macro what_moved(days) -%}
case
    when customer_health_score is null
        then 'No health score: ' || {{ whole_text('health_coverage_pct') }} || ' % of its weight has data, '
            || {{ whole_text(100 * var('health').minimum_coverage) }} || ' % is needed.'
    else 'Health ' || {{ whole_text('floor(customer_health_score)') }} || ' (' || health_band
        || coalesce(', set by hand: ' || override_reason, '') || ')'
        || case
            when band_{{ days }}d_ago is null then '; no contract {{ days }} days ago.'
            when score_{{ days }}d_ago is null then '; no score {{ days }} days ago.'
            else case
                when abs(change_{{ days }}d) < 0.5 then ', as {{ days }} days ago'
                when change_{{ days }}d > 0
                    then ', up ' || {{ whole_text('change_' ~ days ~ 'd') }} || ' since {{ days }} days ago'
                else ', down ' || {{ whole_text('change_' ~ days ~ 'd') }} || ' since {{ days }} days ago'
            end
            || case
                when override_{{ days }}d_ago is not null and override_reason is null
                    then ', when it was set by hand (' || override_{{ days }}d_ago || ').'
                when override_{{ days }}d_ago is not null or override_reason is not null then '.'
                else coalesce(': ' || moves_{{ days }}d, '') || '.'
            end
        end
end
{%- endmacro %}
