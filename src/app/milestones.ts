import path from 'node:path';
import { stringify } from 'yaml';
import { TenureError } from '../base/index.ts';
import type { Engine, Row } from '../engines/index.ts';
import {
  fetchUpcoming,
  listDefinitions,
  listMilestones,
  type MilestoneDefinition,
  type MilestoneFilter,
  type MilestonePreview,
  readDefinitions,
  renderWording,
  runPreview,
  type StoredDefinition,
  saveDefinitions,
  type UpcomingReport,
} from '../milestones/index.ts';
import type { DefinitionSource } from '../runner/index.ts';
import { withBothDatabases } from './both-databases.ts';
import { runJob, type TenureContext, withState } from './context.ts';
import { readFigures } from './definition-files.ts';
import { detectMilestones, type MilestoneReport, syncDefinitions } from './detect-milestones-store.ts';

/** What is tried out over all of history. */
export interface PreviewRequest {
  /** A file or text of definitions; those of the workspace unless given. */
  readonly file?: DefinitionSource | undefined;
  /** Only the definition of this name. */
  readonly name?: string | undefined;
  /** How many findings are listed, the latest first; 100 unless given. */
  readonly limit?: number | undefined;
}

/** The definitions of a workspace, the shipped ones before anything was detected as well. */
function readState<T>(context: TenureContext, work: (state: Engine) => Promise<T>): Promise<T> {
  return withState(context, async (state) => {
    await syncDefinitions(context, state);
    return work(state);
  });
}

/** Looks for milestones in all of history, and records what is new or changed. */
export function runMilestoneDetection(context: TenureContext): Promise<MilestoneReport> {
  return runJob(context, {
    kind: 'detect',
    asOf: null,
    work: (state) => detectMilestones(context, state, true),
    renderEnd: ({ counts }) => ({
      status: 'ok',
      summary: `${counts.recorded} recorded, ${counts.moved} moved, ${counts.revoked} revoked`,
    }),
  });
}

export function listWorkspaceMilestones(
  context: TenureContext,
  filter: MilestoneFilter = {},
): Promise<readonly Row[]> {
  return readState(context, (state) =>
    context.storage.withWarehouse(state, () => listMilestones(state, filter)),
  );
}

/** What is asked of the days to come. */
export interface UpcomingQuestion {
  /** 90 unless given. */
  readonly days?: number | undefined;
  readonly ownerId?: string | undefined;
}

/** An expected milestone with the headline it will have, as milestone_name. */
function nameUpcoming(row: Row, definitions: readonly StoredDefinition[]): Row {
  const isItsOwn = ({ type, name }: StoredDefinition) =>
    type === row['milestone_type'] && name === row['definition_name'];
  const definition = definitions.find(isItsOwn);
  if (definition === undefined) return row;
  return { ...row, milestone_name: renderWording(definition, Number(row['occurrence'])).title };
}

export function fetchUpcomingMilestones(
  context: TenureContext,
  { days, ownerId }: UpcomingQuestion = {},
): Promise<UpcomingReport> {
  return readState(context, async (state) => {
    const definitions = await listDefinitions(state);
    const report = await withBothDatabases(context, state, ({ mark: { asOf }, ...engines }) =>
      fetchUpcoming(engines, { definitions, asOf, horizonDays: days, ownerId }),
    );
    return { ...report, rows: report.rows.map((row) => nameUpcoming(row, definitions)) };
  });
}

/**
 * Runs definitions over all of history without recording or telling anything.
 *
 * @throws TenureError DEFINITION_INVALID, MILESTONE_UNKNOWN, WAREHOUSE_MISSING
 */
export function previewMilestones(
  context: TenureContext,
  { file, name, limit = 100 }: PreviewRequest = {},
): Promise<MilestonePreview> {
  return readState(context, async (state) => {
    const all: readonly MilestoneDefinition[] =
      file === undefined
        ? (await listDefinitions(state)).map(dropIdentity)
        : readDefinitions(resolveSource(file), readFigures());
    const definitions = all.filter((definition) => name === undefined || definition.name === name);
    if (definitions.length === 0 && name !== undefined)
      throw new TenureError('MILESTONE_UNKNOWN', { name, names: all.map((one) => one.name).join(', ') });
    return withBothDatabases(context, state, ({ mark: { asOf }, ...engines }) =>
      runPreview(engines, definitions, { asOf, limit }),
    );
  });
}

/** The path of a file from the root; a text as it is. */
function resolveSource(source: DefinitionSource): DefinitionSource {
  return typeof source === 'string' ? path.resolve(source) : source;
}

/**
 * Takes the definitions of a file or text over into the workspace.
 *
 * @returns how many are new or changed
 * @throws TenureError DEFINITION_INVALID naming file, line and value
 */
export function importMilestones(context: TenureContext, source: DefinitionSource): Promise<number> {
  const definitions = readDefinitions(resolveSource(source), readFigures());
  return readState(context, (state) =>
    state.transaction(() => saveDefinitions(state, definitions, { clock: context.clock, isShipped: false })),
  );
}

function dropIdentity({ id, version, isShipped, ...definition }: StoredDefinition): MilestoneDefinition {
  return definition;
}

/** The definitions of the workspace, those that are switched off as well. */
export function listWorkspaceDefinitions(context: TenureContext): Promise<readonly StoredDefinition[]> {
  return readState(context, (state) => listDefinitions(state));
}

/** The definitions of the workspace as a `milestones.yml`. */
export function exportMilestones(context: TenureContext): Promise<string> {
  return readState(context, async (state) => stringify((await listDefinitions(state)).map(dropIdentity)));
}
