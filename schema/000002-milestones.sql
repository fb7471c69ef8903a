-- What counts as a milestone, and what customers reached (seed 000, section 4.1). The id of a row follows from what it is:
-- two runs, or two machines, give the same milestone the same id, and the id's index is the unique key
-- (docs/decisions/milestones-are-known-by-what-they-are.md).
create table milestone_definitions (
    id uuid not null default gen_random_uuid(),
    type varchar(50) not null,
    name varchar(255) not null,
    condition json not null,
    celebration_template text,
    enabled boolean default true,
    -- Ours: the wording of what was reached, with merge fields such as {number}: the headline, and the sentence.
    title text not null,
    detail text not null,
    -- What is counted, in the singular, for example call.
    unit text not null,
    -- Grows with every change of the definition.
    version integer not null default 1,
    -- 1 to 100; of several alerts the more important goes first.
    priority integer not null default 50,
    -- A list of ways to celebrate, where they are not chosen by rule.
    suggestions json,
    -- Column of the customer → list of values, for example {"plan_tier": ["enterprise"]}.
    segment json,
    is_shipped boolean not null default false,
    updated_at timestamptz not null,
    constraint definition_is_known_by_name check (id = cast(md5(type || '|' || name) as uuid))
);

create unique index milestone_definitions_id on milestone_definitions (id);

create table customer_milestones (
    id uuid not null default gen_random_uuid(),
    customer_id text not null,
    milestone_type varchar(50) not null,
    milestone_name varchar(255) not null,
    milestone_value text,
    achieved_at timestamptz not null,
    celebrated boolean default false,
    celebrated_at timestamptz,
    celebration_type varchar(50),
    notes text,
    created_at timestamptz not null,
    -- Ours: what it is an instance of, and which of its thresholds or how manieth.
    definition_id uuid not null,
    definition_version integer not null,
    occurrence text not null,
    -- `event`: achieved_at is the moment of the event; `day`: a figure of a whole day, achieved_at is where that day began.
    achieved_precision varchar(10) not null,
    detected_at timestamptz not null,
    -- The last day the run that detected it knew of.
    data_as_of date not null,
    -- Achieved before the alert window of the run that detected it: recorded, not told.
    is_historical boolean not null,
    revoked_at timestamptz,
    revoked_reason text,
    constraint milestone_is_known_by_what_it_is check (
        id = cast(md5(customer_id || '|' || cast(definition_id as text) || '|' || occurrence) as uuid)
    )
);

create unique index customer_milestones_id on customer_milestones (id);

-- What happened to a milestone after it was recorded: moved to another moment, revoked, restored.
create table milestone_changes (
    milestone_id uuid not null,
    changed_at timestamptz not null,
    run_id text not null,
    change varchar(20) not null,
    achieved_before timestamptz,
    achieved_after timestamptz,
    reason text not null
);

-- The runs of the detection: each says up to which day and by which definitions everything is recorded.
create table milestone_runs (
    run_id text primary key,
    started_at timestamptz not null,
    data_as_of date not null,
    -- What the warehouse was built as, and the definitions; a run goes on from the last one only when they fit.
    build_mark text not null,
    definitions_mark text not null,
    is_whole boolean not null,
    recorded bigint not null,
    moved bigint not null,
    revoked bigint not null
);
