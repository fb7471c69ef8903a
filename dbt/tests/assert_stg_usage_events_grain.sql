-- One row per event.
{{ repeated_rows(ref('stg_usage_events'), ['event_id']) }}
