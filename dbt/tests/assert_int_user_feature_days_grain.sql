{{ repeated_rows(ref('int_user_feature_days'), ['customer_id', 'user_id', 'feature_id', 'metric_date']) }}
