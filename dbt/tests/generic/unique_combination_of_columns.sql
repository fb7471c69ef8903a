{#- The grain of a model: no two rows with the same values of these columns. -#}
{% test unique_combination_of_columns(model, combination_of_columns) %}
{{ repeated_rows(model, combination_of_columns) }}
{% endtest %}
