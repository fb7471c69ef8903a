-- On as_of the days say of every source what its watermark says.
select
    watermarks.source_name,
    watermarks.is_available,
    watermarks.last_event_date,
    source_days.last_fact_date
from {{ ref('source_watermarks') }} as watermarks
left join {{ ref('int_source_days') }} as source_days
    on watermarks.source_name = source_days.source_name and source_days.metric_date = {{ as_of() }}
where watermarks.is_available <> (source_days.first_fact_date is not null)
    or (watermarks.last_event_date is not null and watermarks.last_event_date <> source_days.last_fact_date)
    or source_days.source_name is null
