import type { ErrorEntry } from './error-entry.ts';
import { PUBLISH_ERRORS } from './publish-errors.ts';
import { SERVING_ERRORS } from './serving-errors.ts';

/**
 * Every error Tenure raises on purpose. `docs/errors.md` is generated from this table, and a test holds
 * the two equal both ways.
 */
export const ERROR_CATALOGUE = {
  ...SERVING_ERRORS,
  ...PUBLISH_ERRORS,
  USAGE: {
    kind: 'usage',
    message: '{problem}',
    fix: 'Run `tenure --help`, or `tenure COMMAND --help` for examples.',
  },
  CONFIG_INVALID: {
    kind: 'usage',
    message: '{file}: {path}: {problem}',
    fix: 'Correct the setting; `tenure init` writes a commented tenure.yml to compare with.',
  },
  DEFINITION_INVALID: {
    kind: 'usage',
    message: '{file}:{line}: {problem}.',
    fix: '{hint}',
  },
  BUNDLE_UNREADABLE: {
    kind: 'usage',
    message: '{file} cannot be read as a ZIP of a Superset export: {problem}.',
    fix: 'Give the file that `tenure export superset` or Superset itself wrote.',
  },
  EXPORT_HAS_PROBLEMS: {
    kind: 'usage',
    message: 'Nothing was written: {place}: {problem}.',
    fix: 'Correct what the place names: an option of the export, or a dashboard of the workspace.',
  },
  FIT_IMPOSSIBLE: {
    kind: 'usage',
    message: 'The model cannot be fitted: {problem}.',
    fix: 'Leave out the columns that cause it, or give more rows.',
  },
  MILESTONE_UNKNOWN: {
    kind: 'usage',
    message: 'There is no milestone definition {name}.',
    fix: 'There are: {names}.',
  },
  WORKSPACE_MISSING: {
    kind: 'usage',
    message: '{path} is not a Tenure workspace (no tenure.yml in it).',
    fix: 'Run `tenure init` there, or change to the folder that holds tenure.yml.',
  },
  PROJECT_MISSING: {
    kind: 'usage',
    message: '{path} is not a dbt project (no dbt_project.yml in it).',
    fix: 'Give the folder that holds dbt_project.yml to --project-dir.',
  },
  WORKSPACE_EXISTS: {
    kind: 'usage',
    message: '{path} already holds a Tenure workspace.',
    fix: 'Nothing was changed. Choose another folder, or use the workspace as it is.',
  },
  DATABASE_OWNED: {
    kind: 'environment',
    message: '{path} is open in another process.',
    fix: 'One process owns a workspace at a time: wait for the other command to end, or stop it, then try again. Beside `tenure serve` commands run inside it.',
  },
  DATABASE_OPEN_TWICE: {
    kind: 'internal',
    message: '{path} is already open in this process.',
    fix: 'Use the engine that is open: a second handle on a DuckDB file in one process loses writes silently.',
  },
  DATABASE_UNREADABLE: {
    kind: 'environment',
    message: 'The database {path} cannot be opened: {problem}',
    fix: 'Check that the file is a DuckDB database of this version and that you may read it.',
  },
  WAREHOUSE_MISSING: {
    kind: 'usage',
    message: 'There is no warehouse in {path} yet.',
    fix: 'Load data with `tenure load PATH` (or make some up with `tenure generate`), then run `tenure build`.',
  },
  DATABASE_URL_MISSING: {
    kind: 'environment',
    message: 'The workspace lies in a database, and {name} does not say which.',
    fix: 'Set {name} to its address, for example {example}, in the environment of every process of Tenure.',
  },
  DATABASE_UNREACHABLE: {
    kind: 'environment',
    message: 'The database cannot be reached: {problem}.',
    fix: 'Check its address, that it runs, and that the user may log in.',
  },
  SERVER_TAKEN: {
    kind: 'usage',
    message: 'The ClickHouse server holds the raw tables of another workspace.',
    fix: 'Nothing was changed. Give each workspace a server and a PostgreSQL database of its own, or set TENURE_DATABASE_URL to the database that goes with this server.',
  },
  SCHEMA_TAKEN: {
    kind: 'usage',
    message: 'The schema {schema} of the database holds tables that are not of Tenure.',
    fix: 'Nothing was changed. Give Tenure a database of its own, or rename that schema.',
  },
  VIEWS_IN_THE_WAY: {
    kind: 'usage',
    message: 'Views over the last warehouse do not fit the new one: {views}.',
    fix: 'The last warehouse goes on serving. Change or drop these views, then build again.',
  },
  NODE_UNSUPPORTED: {
    kind: 'usage',
    message: '{file}: {name} asks for {setting} = {value}, which is not supported.',
    fix: 'Supported here: {supported}.',
  },
  SCHEMA_CHANGED: {
    kind: 'findings',
    message: '{file}: the columns of {name} are no longer those of its table: {changes}.',
    fix: 'Build it with --full-refresh, or set on_schema_change to append_new_columns or ignore.',
  },
  TEST_WITHOUT_COUNT: {
    kind: 'findings',
    message: '{file}: the fail_calc of {name}, {failCalc}, gave no number.',
    fix: 'Let it give a number for no rows as well, for example coalesce(sum(n), 0).',
  },
  CSV_INVALID: {
    kind: 'findings',
    message: '{file}:{line}: {problem}',
    fix: 'Correct that row; column_types sets the types of a seed where the inferred ones are wrong.',
  },
  UNIT_TEST_INVALID: {
    kind: 'usage',
    message: '{file}: unit test {name}: {problem}',
    fix: 'Correct the unit test; `tenure lineage` shows what a model reads.',
  },
  RELATION_MISSING: {
    kind: 'findings',
    message: 'There is no relation {relation} in the database.',
    fix: 'Build or load it first.',
  },
  BUILD_STOPPED: {
    kind: 'findings',
    message: 'The build was stopped.',
    fix: 'Nothing was changed: the last good warehouse goes on serving. Run `tenure build` again when ready.',
  },
  BUILD_INCOMPLETE: {
    kind: 'findings',
    message: 'The new warehouse failed its check: {relation}: {problem}',
    fix: 'The last good warehouse goes on serving. Run `tenure build --full-refresh`; if it stays, report this.',
  },
  QUERY_FAILED: {
    kind: 'findings',
    message: 'The database refused the statement: {problem}',
    fix: 'Correct the SQL; `tenure query "show all tables"` lists what there is.',
  },
  DRIVER_MISSING: {
    kind: 'environment',
    message: 'The driver {driver} is not installed.',
    fix: 'Install it beside tenure: npm install {driver}',
  },
  PROJECT_INVALID: {
    kind: 'usage',
    message: '{file}:{line}: {problem}',
    fix: 'Correct the project; docs/adding-a-model.md shows how a model and its YAML are written.',
  },
  PROJECT_UNSUPPORTED: {
    kind: 'usage',
    message: '{file}:{line}: {feature} is not supported.',
    fix: 'Supported here: {supported}.',
  },
  PROJECT_DUPLICATE: {
    kind: 'usage',
    message: '{name} is defined twice: in {first} and in {second}.',
    fix: 'Rename or remove one of them.',
  },
  RENDER_FAILED: {
    kind: 'usage',
    message: '{file}:{line}: {problem}',
    fix: 'Correct the Jinja on that line, then see the result with `tenure compile NODE`.',
  },
  REFERENCE_UNKNOWN: {
    kind: 'usage',
    message: '{file}:{line}: {reference} names {problem}.',
    fix: '{hint}',
  },
  GRAPH_CYCLE: {
    kind: 'usage',
    message: 'The models refer to each other in a circle: {path}.',
    fix: 'Take one of these references away: a model may read only what was built before it.',
  },
  SELECTION_EMPTY: {
    kind: 'usage',
    message: '{selector} selects nothing.',
    fix: '{hint}',
  },
  SELECTION_INVALID: {
    kind: 'usage',
    message: '{selector}: {problem}',
    fix: 'Select by name, path:, tag:, source:, exposure:, resource_type:, config.KEY:, test_type:, test_name:, fqn: or package:, with + or @ around it, a space for either and a comma for both.',
  },
  NODE_UNKNOWN: {
    kind: 'usage',
    message: 'The project has no node {name}.',
    fix: '{hint}',
  },
  CATALOGUE_INVALID: {
    kind: 'usage',
    message: '{place}: {problem}',
    fix: 'Correct the definition; docs/adding-a-metric.md shows one.',
  },
  METRIC_UNKNOWN: {
    kind: 'usage',
    message: 'There is no metric {name}. {hint}',
    fix: '`tenure metrics list` shows every metric.',
  },
  METRIC_QUERY_INVALID: {
    kind: 'usage',
    message: 'The metric query cannot be answered: {problem}.',
    fix: '`tenure metrics show NAME` lists a metric’s dimensions; docs/metrics.md shows the form of a query.',
  },
  OWNER_UNKNOWN: {
    kind: 'usage',
    message: 'Nobody called {name} has deals, quotas or sales activities.',
    fix: '`tenure forecast` shows every owner; an owner goes by id or by name, the company by all.',
  },
  OUTCOME_UNKNOWN: {
    kind: 'usage',
    message: 'There is no model of {name}.',
    fix: 'There are: {names}.',
  },
  SCORE_MISSING: {
    kind: 'findings',
    message: 'Customer {customer} has no score of the model of {model}.',
    fix: 'Only active customers have one, and for expansion only those not upgraded yet. `tenure score show` lists the models.',
  },
  MODEL_MISSING: {
    kind: 'findings',
    message: 'The warehouse has no such model of {name}. Versions: {versions}.',
    fix: '`tenure score show` lists the models; a build trains them when the history is long enough (docs/scoring.md).',
  },
  TRAINING_TABLE_INVALID: {
    kind: 'usage',
    message: 'A model cannot be trained on this table: {problem}.',
    fix: 'Name the columns with --label, --group and --day; docs/scoring.md shows a table to learn from.',
  },
  MODEL_NOT_TRAINABLE: {
    kind: 'findings',
    message: 'A model of {model} cannot be trained: {problem}.',
    fix: 'Load a longer history, or more customers; docs/scoring.md says what a model needs.',
  },
  MODEL_FILE_INVALID: {
    kind: 'usage',
    message: 'This is no model that can be used: {problem}.',
    fix: 'Export it again with `tenure score export`, by this version or an earlier one.',
  },
  MODEL_FEATURE_UNKNOWN: {
    kind: 'usage',
    message: 'The model reads {feature}, which is no input of the models here.',
    fix: 'Train it on these, with a column of 0 and 1 for each level of a category: {names}.',
  },
  MODEL_FILES_TWO: {
    kind: 'usage',
    message: 'There are two models of {model} from outside: {files}.',
    fix: 'Delete one of them, or take both out with `tenure score import --model {model} --remove`.',
  },
  ALERT_RULE_UNKNOWN: {
    kind: 'usage',
    message: 'There is no alert rule {name}.',
    fix: '{hint}',
  },
  SNOOZE_INVALID: {
    kind: 'usage',
    message: 'The snooze cannot be kept: {problem}.',
    fix: 'Nothing was changed. Name a person, a customer or a subject, until when, who wants it and why.',
  },
  ALERT_SNOOZE_INVALID: {
    kind: 'usage',
    message: 'The snooze cannot be kept: {problem}.',
    fix: 'Nothing was changed. Name a rule, an entity or both, the last quiet day, who wants it and why.',
  },
  SURVIVAL_COLUMN_UNKNOWN: {
    kind: 'usage',
    message: 'customer_survival has no column {name} to compare customers by.',
    fix: 'There are: {names}.',
  },
  SURVIVAL_IMPOSSIBLE: {
    kind: 'usage',
    message: 'Survival cannot be told: {problem}.',
    fix: '{hint}',
  },
  LOAD_PATH_MISSING: {
    kind: 'usage',
    message: '{path} does not exist.',
    fix: 'Check the spelling; paths are taken from the current folder.',
  },
  LOAD_NOTHING_FOUND: {
    kind: 'usage',
    message: 'There is no data file in {paths}.',
    fix: 'Files end in .csv, .tsv, .txt, .json, .jsonl, .ndjson (also .gz, .zst) or .parquet.',
  },
  LOAD_FOLDER_UNSUPPORTED: {
    kind: 'usage',
    message:
      '{path} is a table of {format}: which of its files count is written in its log, which Tenure does not read.',
    fix: 'Write the table to plain Parquet files in another folder, and load that.',
  },
  LOAD_TABLE_UNKNOWN: {
    kind: 'usage',
    message: 'The contract has no table {table}.',
    fix: 'docs/dictionary.md lists the tables; write for example --table marketing.sessions.',
  },
  LOAD_MAPPING_INVALID: {
    kind: 'usage',
    message: '{file}: {path}: {problem}',
    fix: 'Correct the mapping file; examples/cdnow.yml is one to compare with.',
  },
  SOURCES_MISSING: {
    kind: 'usage',
    message: '{path} does not exist: it says which databases there are to load from.',
    fix: 'Write it; docs/sources.md shows one.',
  },
  SOURCE_UNKNOWN: {
    kind: 'usage',
    message: 'There is not exactly one source {asked}.',
    fix: 'Name one of them with --source: {names}.',
  },
  SOURCE_TABLE_MISSING: {
    kind: 'usage',
    message: 'The source {source} has no entry for {table}.',
    fix: 'It has entries for: {names}.',
  },
  SOURCE_ADDRESS_MISSING: {
    kind: 'environment',
    message:
      'The address of the source {source} is not known: the environment variable {variable} is not set.',
    fix: 'Set it, for example {variable}=postgres://USER:PASSWORD@HOST/DATABASE. It is never written down.',
  },
  SOURCE_LOST: {
    kind: 'environment',
    message: 'The source {source} does not answer: {problem}',
    fix: 'Nothing was loaded. Check that the server runs, that its address is right and that it can be reached from here, then load again.',
  },
  SOURCE_REFUSED: {
    kind: 'environment',
    message: '{label} cannot be read as {role}: {problem}',
    fix: 'Nothing was loaded. {hint}',
  },
  LOAD_COUNT_MISMATCH: {
    kind: 'internal',
    message: '{file}: {read} rows were read, but {accounted} are accounted for. Nothing was loaded.',
    fix: 'Report this with the file, or its first lines.',
  },
  GENERATE_OPTION_INVALID: {
    kind: 'usage',
    message: '--{option} {value}: give {expected}.',
    fix: 'Nothing was changed. `tenure generate --help` shows every option with examples.',
  },
  GENERATE_WORKSPACE_HAS_DATA: {
    kind: 'usage',
    message: '{path} holds loaded data (batch {batches}), and a synthetic company is never mixed with it.',
    fix: 'Nothing was changed. Make another workspace with `tenure init DIR`, write files with --out DIR, or take the data back: `tenure load --undo BATCH`.',
  },
  GENERATE_FILES_EXIST: {
    kind: 'usage',
    message: '{folder} already holds {files}.',
    fix: 'Nothing was changed. Choose another folder, or replace these files with --force.',
  },
  CELEBRATION_MOVE_ILLEGAL: {
    kind: 'usage',
    message: 'The celebration of milestone {milestone} is {state}; it cannot be {move} from there.',
    fix: 'From {state} it can be: {allowed}.',
  },
  CELEBRATION_UNDERWAY: {
    kind: 'usage',
    message: '{message} for this milestone was approved by {by} and is {state}.',
    fix: 'Nothing was changed: a customer gets one message for a milestone. Ask for more with their next one.',
  },
  CELEBRATION_MILESTONE_UNKNOWN: {
    kind: 'usage',
    message: 'There is no milestone {milestone}.',
    fix: 'Take the id from the list of milestones.',
  },
  CELEBRATION_MILESTONE_REVOKED: {
    kind: 'usage',
    message: 'Milestone {milestone} was revoked: {reason}',
    fix: 'There is nothing to celebrate any more; skip it.',
  },
  CELEBRATION_NEEDS_PERSON: {
    kind: 'usage',
    message: '{move} is for a person to decide, not for {actor}.',
    fix: 'Let somebody of the team do it under their own name.',
  },
  CELEBRATION_CHANGED: {
    kind: 'usage',
    message:
      'The draft for milestone {milestone} was changed meanwhile: it is at revision {revision}, not {seen}.',
    fix: 'Read it again, then approve that revision.',
  },
  CELEBRATION_ADDRESS_MISSING: {
    kind: 'usage',
    message: 'There is no address on file for {customer}.',
    fix: 'Fill contact_email of the customer and load it, or give the draft a recipient. {hint}',
  },
  CELEBRATION_INVALID: {
    kind: 'usage',
    message: 'The celebration of milestone {milestone} cannot be written: {problem}.',
    fix: 'Nothing was changed. Correct that and try again.',
  },
  STATE_BUSY: {
    kind: 'environment',
    message: 'Somebody else is changing {what} again and again.',
    fix: 'Nothing was changed. Look at it again, then repeat what you did.',
  },
  SUGGESTIONS_INVALID: {
    kind: 'usage',
    message: 'The suggestions of the definition {definition} cannot be read: {problem}',
    fix: 'Write a list of email, social, gift, case_study, call, of texts of your own, or of {kind, text, emoji}.',
  },
  CASE_STUDY_MOVE_ILLEGAL: {
    kind: 'usage',
    message: 'The case study of {customer} is {state}; it cannot become {move}.',
    fix: 'From {state} it can become: {allowed}.',
  },
  ASKED_RECENTLY: {
    kind: 'usage',
    message: '{customer} was asked for a favour on {asked}.',
    fix: 'Nothing was changed. A customer is asked once in 180 days: ask again from {again} on.',
  },
  BATCH_UNKNOWN: {
    kind: 'usage',
    message: 'There is no loaded batch {batch}.',
    fix: 'Batches that can be undone: {known}.',
  },
  EMAIL_INVALID: {
    kind: 'usage',
    message: 'The e-mail cannot be sent: {problem}.',
    fix: 'Correct the address, the subject or the text. Nothing was sent.',
  },
  SMTP_URL_INVALID: {
    kind: 'environment',
    message: 'SMTP_URL is not the address of an SMTP server.',
    fix: 'Write it as smtp://USER:PASSWORD@HOST:PORT, or smtps:// for TLS from the start; special characters percent-encoded.',
  },
  INTERACTION_INVALID: {
    kind: 'usage',
    message: 'The request is no interaction of Slack that Tenure knows: {problem}.',
    fix: 'Point the interactivity URL of the Slack app, and nothing else, at this address.',
  },
  NOTIFICATION_UNKNOWN: {
    kind: 'usage',
    message: 'There is no notification {id} in the state {state}{found}.',
    fix: 'Nothing was changed. `tenure notifications list` shows what there is; another person may have decided already.',
  },
  COLUMN_UNKNOWN: {
    kind: 'usage',
    message: 'There is no column {column} to order by.',
    fix: 'There are: {columns}.',
  },
  CUSTOMER_UNKNOWN: {
    kind: 'usage',
    message: 'The warehouse knows no customer {customer} that this could be said of.',
    fix: 'Check the id; the list of customers finds one by its name. Customers who have left have no features of churn, and those who upgraded none of expansion.',
  },
  INTERNAL: {
    kind: 'internal',
    message: 'Something went wrong inside Tenure.',
    fix: 'What it was stands in the output of `tenure serve`, by the id of the request.',
  },
  MODEL_COLUMN_MISSING: {
    kind: 'usage',
    message: 'The model reads a column {column}, which the data lack.',
    fix: 'Give the data that column under this name. There are: {columns}.',
  },
  MODEL_IMPORT_INVALID: {
    kind: 'usage',
    message: 'The model file cannot be read: {place}: {problem}.',
    fix: 'Save the model again with LightGBM: booster.save_model("model.txt").',
  },
  MODEL_IMPORT_UNSUPPORTED: {
    kind: 'usage',
    message: 'The model file holds what Tenure cannot take over: {place}: {problem}.',
    fix: 'Taken over are LightGBM text models for two classes (objective=binary) with splits on numbers. Train it that way, for example with categories as columns of 0 and 1.',
  },
  MODEL_EXPORT_UNSUPPORTED: {
    kind: 'usage',
    message: 'The model cannot be written as {format}: {problem}.',
    fix: 'Write it as ONNX or as its own JSON, which hold all of a model; `--part trees` writes the trees alone, which score otherwise.',
  },
  TRAINING_INVALID: {
    kind: 'usage',
    message: 'No model can be trained on this: {problem}.',
    fix: 'Give every row a label of 0 or 1 and every feature a number, or nothing where it is not known.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;
