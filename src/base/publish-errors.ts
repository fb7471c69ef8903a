import type { ErrorEntry } from './error-entry.ts';

/** What goes wrong where marts and metrics are published. */
export const PUBLISH_ERRORS = {
  PUBLISH_TARGET_MISSING: {
    kind: 'usage',
    message: 'It is not said {what}.',
    fix: 'Say it on the command line (`tenure publish --help`) or under publish: in tenure.yml.',
  },
  PUBLISH_NOTHING: {
    kind: 'usage',
    message: 'There is nothing to publish: no model of the warehouse that was built has persist_docs.',
    fix: 'Build the models first; of models of your own, those under models/marts and those with persist_docs are published.',
  },
  PUBLISH_URL_MISSING: {
    kind: 'environment',
    message: 'There is no address of a PostgreSQL database in {source}.',
    fix: 'Put it there as postgres://USER:PASSWORD@HOST:PORT/DATABASE, special characters percent-encoded. It is never taken from the command line.',
  },
  PUBLISH_UNREACHABLE: {
    kind: 'environment',
    message: 'The database that {source} names cannot be opened: {problem}',
    fix: 'Nothing was changed. Check the address, that the server runs, and that the role may connect.',
  },
  PUBLISH_TABLE_FAILED: {
    kind: 'findings',
    message: 'The table {table} cannot be published: {problem}',
    fix: 'The last publication goes on standing. Correct the model, or leave it out with --exclude.',
  },
  PUBLISH_UNDERWAY: {
    kind: 'environment',
    message: 'Another process is publishing into this database.',
    fix: 'Nothing was changed. Try again when it has ended.',
  },
  PUBLISH_RELATION_FOREIGN: {
    kind: 'usage',
    message: 'The database has a relation {relation} that is not the published one: {problem}.',
    fix: 'Nothing was changed. Rename or drop that relation, or publish into another database.',
  },
  PUBLISH_DEPENDANT: {
    kind: 'usage',
    message: 'The published tables cannot be replaced because of {relation}: {problem}.',
    fix: 'The last publication goes on standing. Change or drop what depends on the table, or give its role to the one that publishes (docs/publish.md).',
  },
  PUBLISH_BLOCKED: {
    kind: 'environment',
    message: 'Readers held the published tables for {seconds} seconds without a gap: {readers}.',
    fix: 'The last publication goes on standing. Try again, or end these readers first.',
  },
  PUBLISH_PLACE_FOREIGN: {
    kind: 'usage',
    message: '{path} is there already and was not published by Tenure.',
    fix: 'Nothing was changed. Choose another place, or move away what is there.',
  },
} as const satisfies Record<string, ErrorEntry>;
