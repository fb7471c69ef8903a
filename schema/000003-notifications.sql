-- What people are told, and how far the telling is. A row is written in the transaction that records what it tells of;
-- a worker sends it afterwards (docs/decisions/a-notification-is-sent-once.md). Only columns that no index
-- holds are ever updated.
create table notifications (
    id uuid not null,
    -- What is told, to whatever channel: the same thing twice has the same key.
    dedupe_key text not null,
    -- milestone, alert, digest, email, card_update
    kind varchar(20) not null,
    -- slack, email, inbox
    channel varchar(10) not null,
    -- The team member it is for; empty for the fallback channel and for a customer's e-mail.
    recipient_id text,
    -- A Slack user or channel, or an e-mail address; empty for the inbox.
    address text,
    -- Why this person and this channel.
    route text not null,
    customer_id text,
    -- The milestone or alert it is about.
    subject_id text,
    -- One line for a digest.
    line text not null,
    -- Of several, the more valuable goes singly.
    worth double precision not null,
    payload json not null,
    -- Of a card_update: the key of the message it renews, and how manieth renewal it is.
    target_key text,
    version integer,
    -- pending, sending, sent, uncertain, dead, held (waits for its digest), bundled (is in one), cancelled
    state varchar(10) not null,
    -- Why it is held, cancelled or put off.
    state_reason text,
    -- The digest that carries it.
    digest_id uuid,
    created_at timestamptz not null,
    deliver_after timestamptz not null,
    next_attempt_at timestamptz not null,
    attempts integer not null default 0,
    -- Attempts that failed and count towards giving up; a request to slow down does not.
    failures integer not null default 0,
    -- From when on a message of this row may be out there, though none is recorded.
    maybe_sent_since timestamptz,
    lease_owner text,
    lease_until timestamptz,
    -- Where it went: {"channel", "ts"} of Slack, {"messageId"} of an e-mail.
    provider_ref json,
    sent_at timestamptz,
    last_error text,
    read_at timestamptz
);

create unique index notifications_dedupe_key on notifications (dedupe_key);

-- Every attempt at a delivery; one without an end was cut short.
create table notification_attempts (
    notification_id uuid not null,
    attempt integer not null,
    worker text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    -- sent, found (it had arrived before), retry, limited, dead, uncertain, cancelled, resolved
    outcome varchar(10),
    detail text
);

-- Who wants to hear nothing, or of whom or what nobody is to hear, and until when.
create table snoozes (
    id uuid not null,
    -- member, customer, subject
    scope varchar(10) not null,
    scope_id text not null,
    -- delay: told when the snooze ends; drop: not told.
    mode varchar(10) not null,
    until_at timestamptz not null,
    reason text not null,
    created_by text,
    created_at timestamptz not null,
    ended_at timestamptz
);

-- Clicks and submissions from Slack, each acted on once.
create table interactions (
    key text not null,
    received_at timestamptz not null,
    acted_at timestamptz not null,
    action text not null,
    subject_id text,
    user_id text not null,
    user_name text not null,
    content json not null
);

create unique index interactions_key on interactions (key);
