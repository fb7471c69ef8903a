{{ config(materialized='table') }}

-- The scores of a model are a source too: they are there from the first day on which it could be trained.
with column_requirements as (
    select * from {{ ref('column_requirements') }}
),

metric_requirements as (
    select * from {{ ref('metric_requirements') }}
),

source_guides as (
    select * from {{ ref('source_guides') }}
),

source_watermarks as (
    select * from {{ ref('source_watermarks') }}
),

scores as (
    select * from {{ source('scoring', 'scores') }}
),

requirements as (
    select model_name, column_name, source_name, window_days from column_requirements
    union all
    select model_name, column_name, source_name, window_days from metric_requirements
),

known_sources as (
    select source_name, is_available, last_event_date from source_watermarks
    {%- for model in ['churn', 'expansion'] %}
    union all
    select 'scoring.{{ model }}', count(*) > 0, max(metric_date)
    from scores
    where model = '{{ model }}' and metric_date <= {{ as_of() }}
    {%- endfor %}
),

checked as (
    select
        requirements.model_name,
        requirements.column_name,
        requirements.source_name,
        source_guides.how_to_get,
        case
            when requirements.source_name is not null and watermarks.source_name is null
                then 'it waits for ' || requirements.source_name
            when not watermarks.is_available
                then requirements.source_name || ' has no row by ' || cast({{ as_of() }} as {{ dbt.type_string() }})
            when watermarks.last_event_date < {{ add_days(as_of(), '1 - requirements.window_days') }}
                then requirements.source_name || ' ends on '
                    || cast(watermarks.last_event_date as {{ dbt.type_string() }})
                    || ', before the ' || cast(requirements.window_days as {{ dbt.type_string() }})
                    || ' days up to ' || cast({{ as_of() }} as {{ dbt.type_string() }}) || ' begin'
        end as problem
    from requirements
    left join known_sources as watermarks on requirements.source_name = watermarks.source_name
    left join source_guides on requirements.source_name = source_guides.source_name
),

final as (
    select
        model_name,
        column_name,
        cast(count(problem) = 0 as boolean) as is_available,
        {{ dbt.listagg('problem', "'; '", 'order by source_name') }} as reason,
        {{ dbt.listagg('source_name', "', '", 'order by source_name') }} as needs,
        {{ dbt.listagg('case when problem is not null then how_to_get end', "' '", 'order by source_name') }}
            as how_to_get
    from checked
    group by model_name, column_name
)

select * from final
