import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type Engine, runAlone } from '../engines/index.ts';
import {
  type DetectionCounts,
  listDefinitions,
  type MilestoneDefinition,
  type NewMilestone,
  readDefinitions,
  recordDetection,
  recordLarge,
  runDetection,
  type StoredDefinition,
  saveDefinitions,
} from '../milestones/index.ts';
import { withBothDatabases } from './both-databases.ts';
import type { TenureContext } from './context.ts';
import { readFigures } from './definition-files.ts';
import type { BuildMark } from './storage/build-mark-store.ts';
import { type TellReport, tellMilestones } from './tell-milestones-store.ts';
import { PACKAGE_ROOT } from './workspace.ts';
import { readNotifyPlan } from './workspace-notify.ts';

/** What a detection did. */
export interface MilestoneReport {
  readonly asOf: string;
  /** False when the warehouse looks back to a day before the last detection: then nothing is recorded. */
  readonly isRecorded: boolean;
  /** False when only what changed since the last detection was looked at. */
  readonly isWhole: boolean;
  readonly counts: DetectionCounts;
  readonly told: readonly NewMilestone[];
  /** How that is told; null where nothing was recorded. */
  readonly telling: TellReport | null;
  /** Definitions that could not be looked at, and why. */
  readonly waiting: readonly { readonly name: string; readonly problem: string; readonly hint: string }[];
}

const PACK = path.join(PACKAGE_ROOT, 'packs', 'milestones.yml');
const NOTHING: DetectionCounts = { recorded: 0, historical: 0, moved: 0, revoked: 0, restored: 0 };

/** The definitions of the workspace's `milestones.yml`; none where there is no such file. */
export function readOwnDefinitions({ workspace }: TenureContext): readonly MilestoneDefinition[] {
  const own = path.join(workspace.root, 'milestones.yml');
  return fs.existsSync(own) ? readDefinitions(own, readFigures()) : [];
}

/** Takes over the shipped definitions, and those of the workspace's `milestones.yml` where there is one. */
export function syncDefinitions(context: TenureContext, state: Engine): Promise<readonly StoredDefinition[]> {
  const { clock } = context;
  return runAlone(state, async () => {
    await saveDefinitions(state, readDefinitions(PACK, readFigures()), { clock, isShipped: true });
    await saveDefinitions(state, readOwnDefinitions(context), { clock, isShipped: false });
    return listDefinitions(state);
  });
}

function hashDefinitions(definitions: readonly StoredDefinition[]): string {
  return createHash('sha256')
    .update(JSON.stringify(definitions.map(({ id, version, enabled }) => [id, version, enabled])))
    .digest('hex');
}

interface LastRun {
  readonly asOf: string;
  readonly buildMark: string;
  readonly definitionsMark: string;
}

async function fetchLastRun(state: Engine): Promise<LastRun | null> {
  const [row] = await state.query(
    `select data_as_of, build_mark, definitions_mark from milestone_runs order by data_as_of desc, started_at desc, run_id limit 1`,
  );
  if (row === undefined) return null;
  const [asOf, buildMark, definitionsMark] = [
    row['data_as_of'],
    row['build_mark'],
    row['definitions_mark'],
  ].map(String);
  return { asOf: asOf ?? '', buildMark: buildMark ?? '', definitionsMark: definitionsMark ?? '' };
}

/** The first day to look at: that of the last run where this build goes on from the one it saw; null for all days. */
function chooseSince(last: LastRun | null, mark: BuildMark, definitionsMark: string): string | null {
  const goesOn =
    last !== null && last.buildMark === mark.continues && last.definitionsMark === definitionsMark;
  return goesOn ? last.asOf : null;
}

/**
 * Finds and records milestones in the last good warehouse.
 *
 * @param isWhole true to look at all days, even where only some changed
 */
export async function detectMilestones(
  context: TenureContext,
  state: Engine,
  isWhole = false,
): Promise<MilestoneReport> {
  const definitions = await syncDefinitions(context, state);
  const definitionsMark = hashDefinitions(definitions);
  const last = await fetchLastRun(state);
  return withBothDatabases(context, state, async ({ mark, ...engines }) => {
    const { asOf } = mark;
    if (last !== null && asOf < last.asOf)
      return {
        asOf,
        isRecorded: false,
        isWhole: false,
        counts: NOTHING,
        told: [],
        telling: null,
        waiting: [],
      };
    const since = isWhole ? null : chooseSince(last, mark, definitionsMark);
    const detection = await runDetection(engines, { definitions, asOf, since });
    const options = {
      runId: context.ids.next(),
      clock: context.clock,
      alertWindowDays: readNotifyPlan(context).settings.alert_window_days,
      buildMark: mark.id,
      definitionsMark,
    };
    const record = async () => {
      const recorded = await recordDetection(state, detection, options);
      return {
        ...recorded,
        telling: await tellMilestones(context, engines, { ...recorded, definitions, asOf }),
      };
    };
    const { counts, told, telling } = await recordLarge(state, () => runAlone(state, record));
    const waiting = detection.waiting.map(({ problem, hint, definition }) => ({
      name: definition.name,
      problem,
      hint,
    }));
    return { asOf, isRecorded: true, isWhole: since === null, counts, told, telling, waiting };
  });
}
