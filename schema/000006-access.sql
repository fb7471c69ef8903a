-- Keys of people and programs. Of the key itself only its hash is kept, and the first characters to tell it by.
create table access_keys (
    id uuid primary key,
    name text not null,
    -- viewer, csm, admin.
    role varchar(20) not null,
    member_id text,
    -- SHA-256 in hex.
    key_hash text not null,
    key_start varchar(12) not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);

-- Browsers that are signed in, known by the SHA-256 of the token in their cookie. They end with their key.
create table sessions (
    token_hash text primary key,
    key_id uuid not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    last_seen_at timestamptz not null
);

-- Who did what, when, from where. Rows are only ever added.
create table audit_log (
    id uuid primary key,
    happened_at timestamptz not null,
    actor text not null,
    action text not null,
    subject text,
    detail json not null,
    address text
);
