{#- The body of a query with one row per date: the column `day`, from `first_date` to `last_date`, both columns of each row
    of `bounds`, after other columns of that row (none, or a list that ends with a comma). -#}
{% macro generate_days(bounds, first_date, last_date, columns='') -%}
{{ adapter.dispatch('generate_days', 'tenure')(bounds, first_date, last_date, columns) }}
{%- endmacro %}

{% macro default__generate_days(bounds, first_date, last_date, columns) -%}
select {{ columns }} cast(generate_series({{ first_date }}, {{ last_date }}, interval '1 day') as date) as day from {{ bounds }}
{%- endmacro %}

{% macro duckdb__generate_days(bounds, first_date, last_date, columns) -%}
select {{ columns }} cast(unnest(generate_series({{ first_date }}, {{ last_date }}, interval '1 day')) as date) as day from {{ bounds }}
{%- endmacro %}

{% macro clickhouse__generate_days(bounds, first_date, last_date, columns) -%}
select {{ columns }} {{ each_day(first_date, last_date) }} as day from {{ bounds }}
{%- endmacro %}
