{{ repeated_rows(ref('metrics_unified_domains'), ['metric_date', 'domain', 'entity_id', 'metric_name']) }}
