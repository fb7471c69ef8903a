{#- The body of a query with one row per date: the column `day`, from `first_date` to `last_date`, both columns of the
    one row of `bounds`. -#}
{% macro generate_days(bounds, first_date, last_date) -%}
{{ adapter.dispatch('generate_days', 'tenure')(bounds, first_date, last_date) }}
{%- endmacro %}

{% macro default__generate_days(bounds, first_date, last_date) -%}
select cast(generate_series({{ first_date }}, {{ last_date }}, interval '1 day') as date) as day from {{ bounds }}
{%- endmacro %}

{% macro duckdb__generate_days(bounds, first_date, last_date) -%}
select cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval '1 day')) as date) as day from {{ bounds }}
{%- endmacro %}
