-- What was run in this workspace, when and how it ended. Application state: it survives the swap of a warehouse.
create table job_runs (
    run_id text primary key,
    kind text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    status text not null,
    as_of date,
    summary text not null
);
