{{ repeated_rows(ref('int_user_platform_feature_days'), ['platform', 'customer_id', 'user_id', 'feature_id', 'metric_date']) }}
