-- How each milestone is celebrated: one row per milestone, from the idea to the e-mail that left. `version` grows with
-- every change and is what two writers at once are told apart by; `revision` grows with every change of the words.
create table celebrations (
    milestone_id uuid primary key,
    customer_id text not null,
    -- suggested, drafted, approved, uncertain, sent, celebrated, skipped.
    state varchar(20) not null,
    version integer not null,
    revision integer not null,
    -- email, social, gift, case_study; empty until something is drafted.
    kind varchar(20),
    recipient_name text,
    recipient_address text,
    subject text,
    body_text text,
    body_html text,
    suggested_at timestamptz not null,
    drafted_by text,
    drafted_at timestamptz,
    approved_by text,
    approved_at timestamptz,
    sent_at timestamptz,
    -- email, social, gift, case_study, call, other.
    celebration_type varchar(50),
    celebrated_by text,
    celebrated_at timestamptz,
    note text,
    skipped_by text,
    skipped_at timestamptz,
    skipped_reason text
);

-- Everything that happened to a celebration; `step` is the version it led to. Words stand here where they changed.
create table celebration_steps (
    milestone_id uuid not null,
    step integer not null,
    happened_at timestamptz not null,
    actor text not null,
    actor_kind varchar(10) not null,
    from_state varchar(20),
    to_state varchar(20) not null,
    revision integer not null,
    kind varchar(20),
    recipient_name text,
    recipient_address text,
    subject text,
    body_text text,
    body_html text,
    note text,
    primary key (milestone_id, step)
);

-- The way of a customer to a published case study. Who has no row is a candidate at most.
create table case_studies (
    customer_id text primary key,
    -- candidate, asked, agreed, drafted, approved, published, declined.
    state varchar(20) not null,
    version integer not null,
    asked_at timestamptz,
    url text,
    updated_at timestamptz not null
);

create table case_study_steps (
    customer_id text not null,
    step integer not null,
    happened_at timestamptz not null,
    actor text not null,
    from_state varchar(20) not null,
    to_state varchar(20) not null,
    note text,
    primary key (customer_id, step)
);
