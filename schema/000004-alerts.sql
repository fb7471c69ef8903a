-- Rules over metrics, and the days on which they fired. A firing is known by rule, entity and day: the id follows from
-- them, so that two runs, or two machines, record it once (docs/decisions/alerts-are-a-function-of-history.md).
create table alert_rules (
    id uuid not null,
    name varchar(255) not null,
    -- The rule as it is written, with every default.
    definition json not null,
    -- Grows with every change of the definition.
    version integer not null default 1,
    -- False while it is switched off, or written nowhere any more.
    enabled boolean not null default true,
    -- `shipped` or `workspace`.
    origin varchar(20) not null,
    -- The last day on which it was judged; empty before the first.
    evaluated_until date,
    updated_at timestamptz not null,
    constraint alert_rule_is_known_by_name check (id = cast(md5('alert|' || name) as uuid))
);

create unique index alert_rules_id on alert_rules (id);

create table alert_firings (
    id uuid not null,
    rule_id uuid not null,
    rule_version integer not null,
    severity varchar(20) not null,
    -- `company`, `customer`, `owner`, `channel`, or the dimension of a segment.
    entity_kind varchar(50) not null,
    entity_id text not null,
    entity_name text not null,
    customer_id text,
    day date not null,
    -- What was measured, and what it was held against; text for a state such as a health band.
    value text not null,
    reference text,
    sentence text not null,
    receipt json not null,
    recorded_at timestamptz not null,
    -- Before the alert window of the run that found it: recorded, not told.
    is_historical boolean not null,
    -- By data that came later it would not have fired; it stays, with the value of now.
    is_outdated boolean not null default false,
    corrected_value text,
    corrected_at timestamptz,
    constraint firing_is_known_by_what_it_is check (
        id = cast(
            md5(cast(rule_id as text) || '|' || entity_kind || '|' || entity_id || '|' || cast(day as text)) as uuid
        )
    )
);

create unique index alert_firings_id on alert_firings (id);

-- Days on which a rule, an entity, or a rule for an entity may not fire; both days are included.
create table alert_snoozes (
    snooze_id text primary key,
    rule_id uuid,
    entity_kind varchar(50),
    entity_id text,
    first_day date not null,
    last_day date not null,
    snoozed_by text not null,
    reason text not null,
    created_at timestamptz not null,
    constraint snooze_names_something check (rule_id is not null or entity_id is not null),
    constraint snooze_names_a_whole_entity check ((entity_kind is null) = (entity_id is null))
);
