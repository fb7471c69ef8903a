-- create database if not exists "marts"
create database if not exists "marts" on cluster 'main';

-- drop database if exists "tenure_3_marts" sync
drop database if exists "tenure_3_marts" on cluster 'main' sync;

-- create table if not exists loads.batches (batch_id varchar, started_at timestamptz, rows_read bigint)
create table if not exists loads."batches_local" on cluster 'main' (batch_id varchar, started_at DateTime64(6, 'UTC'), rows_read bigint)
engine = ReplicatedMergeTree()
order by (tuple());
create table if not exists loads.batches on cluster 'main' as loads."batches_local"
engine = Distributed('main', 'loads', 'batches_local', rand());

-- create table marts.days__tenure_new as (select customer_id, day from marts.days as one)
create table marts."days__tenure_new_local" on cluster 'main' ("customer_id" Nullable(String), "day" Date32 not null, "tags" Array(String) not null)
engine = ReplicatedMergeTree()
order by (tuple());
create table marts.days__tenure_new on cluster 'main' as marts."days__tenure_new_local"
engine = Distributed('main', 'marts', 'days__tenure_new_local', ifNull(cityHash64("customer_id"), 0));
insert into marts.days__tenure_new select * from (select customer_id, day from marts.days as one);

-- create table "tenure_4_marts"."days" clone as "tenure_3_marts"."days"
create table "tenure_4_marts"."days_local" on cluster 'main' as "tenure_3_marts"."days_local";
create table "tenure_4_marts"."days" on cluster 'main' as "tenure_4_marts"."days_local"
engine = Distributed('main', 'tenure_4_marts', 'days_local', ifNull(cityHash64("customer_id"), 0));
insert into "tenure_4_marts"."days" select * from "tenure_3_marts"."days";

-- create table "tenure_4_marts"."days" as "tenure_3_marts"."days"
create table "tenure_4_marts"."days_local" on cluster 'main' as "tenure_3_marts"."days_local";
create table "tenure_4_marts"."days" on cluster 'main' as "tenure_4_marts"."days_local"
engine = Distributed('main', 'tenure_4_marts', 'days_local', ifNull(cityHash64("customer_id"), 0));

-- create or replace view "marts"."days" as select * from "tenure_4_marts"."days"
create or replace view "marts"."days" on cluster 'main' as select * from "tenure_4_marts"."days";

-- drop view if exists "marts"."days"
drop view if exists "marts"."days" on cluster 'main';

-- drop table if exists marts.days__tenure_new
drop table if exists marts.days__tenure_new on cluster 'main' sync;
drop table if exists marts."days__tenure_new_local" on cluster 'main' sync;

-- truncate table "raw"."users"
truncate table "raw"."users_local" on cluster 'main';

-- delete from "raw"."users" where ("user_id") in (select "user_id" from "raw_history"."users" where "_replaced_by" = $1)
delete from "raw"."users_local" on cluster 'main' where ("user_id") in (select "user_id" from "raw_history"."users" where "_replaced_by" = {p1:String});

-- alter table "intermediate"."int_user_days" update next_day = null where next_day > $1
alter table "intermediate"."int_user_days_local" on cluster 'main' update next_day = null where next_day > {p1:String};

-- alter table "raw"."users" add column "team" varchar
alter table "raw"."users_local" on cluster 'main' add column "team" varchar;
alter table "raw"."users" on cluster 'main' add column "team" varchar;

-- alter table "marts"."days" comment column "day" 'The day.', modify comment 'One row per day.'
alter table "marts"."days" on cluster 'main' comment column "day" 'The day.', modify comment 'One row per day.';

-- rename table marts.days to marts.days_before
rename table marts."days_local" to marts."days_before_local" on cluster 'main';
create table marts.days_before on cluster 'main' as marts."days_before_local"
engine = Distributed('main', 'marts', 'days_before_local', ifNull(cityHash64("customer_id"), 0));
drop table marts.days on cluster 'main' sync;

-- create temporary table "tenure_incoming_keys" ("user_id" varchar)
create temporary table "tenure_incoming_keys" ("user_id" varchar);

-- drop table "tenure_incoming_keys"
drop table "tenure_incoming_keys";

-- insert into "raw"."users" ("user_id") select user_id from "raw_history"."users"
insert into "raw"."users" ("user_id") select user_id from "raw_history"."users";

-- select count(*) as n from "raw"."users"
select toInt64(count(*)) as n from "raw"."users";

-- create or replace table "entity"."metrics_customer_success"
-- engine = MergeTree()
-- partition by (toYYYYMM(metric_date))
-- order by (customer_id, metric_date)
-- settings allow_nullable_key = 1
-- as (select customer_id, day, tags from staging.stg_users)
drop table if exists "entity"."metrics_customer_success" on cluster 'main' sync;
drop table if exists "entity"."metrics_customer_success_local" on cluster 'main' sync;
create table "entity"."metrics_customer_success_local" on cluster 'main' ("customer_id" Nullable(String), "day" Date32 not null, "tags" Array(String) not null)
engine = ReplicatedMergeTree()
partition by (toYYYYMM(metric_date))
order by (customer_id, metric_date)
settings allow_nullable_key = 1;
create table "entity"."metrics_customer_success" on cluster 'main' as "entity"."metrics_customer_success_local"
engine = Distributed('main', 'entity', 'metrics_customer_success_local', ifNull(cityHash64("customer_id"), 0));
insert into "entity"."metrics_customer_success" select * from (select customer_id, day, tags from staging.stg_users);

-- create or replace table "intermediate"."int_user_days"
-- engine = MergeTree()
-- partition by (toYYYYMM(metric_date))
-- order by (user_key, metric_date)
-- settings allow_nullable_key = 1
-- as (select customer_id, day, tags from staging.stg_users)
drop table if exists "intermediate"."int_user_days" on cluster 'main' sync;
drop table if exists "intermediate"."int_user_days_local" on cluster 'main' sync;
create table "intermediate"."int_user_days_local" on cluster 'main' ("customer_id" Nullable(String), "day" Date32 not null, "tags" Array(String) not null)
engine = ReplicatedMergeTree()
partition by (toYYYYMM(metric_date))
order by (user_key, metric_date)
settings allow_nullable_key = 1;
create table "intermediate"."int_user_days" on cluster 'main' as "intermediate"."int_user_days_local"
engine = Distributed('main', 'intermediate', 'int_user_days_local', ifNull(cityHash64("customer_id"), 0));
insert into "intermediate"."int_user_days" select * from (select customer_id, day, tags from staging.stg_users);

-- create or replace table "marts"."customer_lifetime_value"
-- engine = MergeTree()
-- order by (tuple())
-- settings allow_nullable_key = 1
-- as (select customer_id, day, tags from staging.stg_users)
drop table if exists "marts"."customer_lifetime_value" on cluster 'main' sync;
drop table if exists "marts"."customer_lifetime_value_local" on cluster 'main' sync;
create table "marts"."customer_lifetime_value_local" on cluster 'main' ("customer_id" Nullable(String), "day" Date32 not null, "tags" Array(String) not null)
engine = ReplicatedMergeTree()
order by (tuple())
settings allow_nullable_key = 1;
create table "marts"."customer_lifetime_value" on cluster 'main' as "marts"."customer_lifetime_value_local"
engine = Distributed('main', 'marts', 'customer_lifetime_value_local', ifNull(cityHash64("customer_id"), 0));
insert into "marts"."customer_lifetime_value" select * from (select customer_id, day, tags from staging.stg_users);

-- create table if not exists "raw"."customers" ("customer_id" String, "industry" String, "plan_tier" String, "signup_date" Date32, "mrr" Decimal(14, 2), "churn_date" Date32, "upgrade_date" Date32, "name" String, "segment" String, "csm_id" String, "timezone" String, "contact_name" String, "contact_email" String, "is_reference_ok" Bool, "_source" String, "_loaded_at" DateTime64(6, 'UTC'), "_batch_id" Int32)
-- engine = MergeTree()
-- order by ("customer_id")
-- settings allow_nullable_key = 1
create table if not exists "raw"."customers_local" on cluster 'main' ("customer_id" String, "industry" String, "plan_tier" String, "signup_date" Date32, "mrr" Decimal(14, 2), "churn_date" Date32, "upgrade_date" Date32, "name" String, "segment" String, "csm_id" String, "timezone" String, "contact_name" String, "contact_email" String, "is_reference_ok" Bool, "_source" String, "_loaded_at" DateTime64(6, 'UTC'), "_batch_id" Int32)
engine = ReplicatedMergeTree()
order by ("customer_id")
settings allow_nullable_key = 1;
create table if not exists "raw"."customers" on cluster 'main' as "raw"."customers_local"
engine = Distributed('main', 'raw', 'customers_local', ifNull(cityHash64("customer_id"), 0));

-- create table if not exists "raw"."usage_events" ("event_id" String, "customer_id" String, "timestamp" DateTime64(6, 'UTC'), "event_type" String, "feature_adoption_score" Float64, "user_id" String, "session_id" String, "feature_id" String, "quantity" Int64, "_source" String, "_loaded_at" DateTime64(6, 'UTC'), "_batch_id" Int32)
-- engine = MergeTree()
-- partition by toYYYYMM("timestamp")
-- order by ("customer_id", "timestamp", "event_id")
-- settings allow_nullable_key = 1
create table if not exists "raw"."usage_events_local" on cluster 'main' ("event_id" String, "customer_id" String, "timestamp" DateTime64(6, 'UTC'), "event_type" String, "feature_adoption_score" Float64, "user_id" String, "session_id" String, "feature_id" String, "quantity" Int64, "_source" String, "_loaded_at" DateTime64(6, 'UTC'), "_batch_id" Int32)
engine = ReplicatedMergeTree()
partition by toYYYYMM("timestamp")
order by ("customer_id", "timestamp", "event_id")
settings allow_nullable_key = 1;
create table if not exists "raw"."usage_events" on cluster 'main' as "raw"."usage_events_local"
engine = Distributed('main', 'raw', 'usage_events_local', ifNull(cityHash64("customer_id"), 0));

-- create table if not exists "raw"."team_members" ("member_id" String, "name" String, "email" String, "slack_id" String, "role" String, "team" String, "timezone" String, "active_from" Date32, "active_to" Date32, "manager_id" String, "_source" String, "_loaded_at" DateTime64(6, 'UTC'), "_batch_id" Int32)
-- engine = MergeTree()
-- order by ("member_id")
-- settings allow_nullable_key = 1
create table if not exists "raw"."team_members_local" on cluster 'main' ("member_id" String, "name" String, "email" String, "slack_id" String, "role" String, "team" String, "timezone" String, "active_from" Date32, "active_to" Date32, "manager_id" String, "_source" String, "_loaded_at" DateTime64(6, 'UTC'), "_batch_id" Int32)
engine = ReplicatedMergeTree()
order by ("member_id")
settings allow_nullable_key = 1;
create table if not exists "raw"."team_members" on cluster 'main' as "raw"."team_members_local"
engine = Distributed('main', 'raw', 'team_members_local', rand());

-- create table if not exists "marketing"."campaigns_daily" ("campaign_id" String, "date" Date32, "campaign_name" String, "channel" String, "status" String, "daily_budget" Decimal(14, 2), "spend" Decimal(14, 2), "impressions" Int64, "clicks" Int64, "ctr" Float64, "cpc" Float64, "year" Int32, "month" Int32, "day" Int32, "_source" String, "_loaded_at" DateTime64(6, 'UTC'), "_batch_id" Int32)
-- engine = MergeTree()
-- partition by toYYYYMM("date")
-- order by ("date", "campaign_id")
-- settings allow_nullable_key = 1
create table if not exists "marketing"."campaigns_daily_local" on cluster 'main' ("campaign_id" String, "date" Date32, "campaign_name" String, "channel" String, "status" String, "daily_budget" Decimal(14, 2), "spend" Decimal(14, 2), "impressions" Int64, "clicks" Int64, "ctr" Float64, "cpc" Float64, "year" Int32, "month" Int32, "day" Int32, "_source" String, "_loaded_at" DateTime64(6, 'UTC'), "_batch_id" Int32)
engine = ReplicatedMergeTree()
partition by toYYYYMM("date")
order by ("date", "campaign_id")
settings allow_nullable_key = 1;
create table if not exists "marketing"."campaigns_daily" on cluster 'main' as "marketing"."campaigns_daily_local"
engine = Distributed('main', 'marketing', 'campaigns_daily_local', rand());
