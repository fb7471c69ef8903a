import { setImmediate } from 'node:timers/promises';
import { TenureError } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { Compiler, Manifest, RunPause } from '../runner/index.ts';
import {
  DEFAULT_LIFTS,
  type ModelFile,
  type ScoreReport,
  scoreWarehouse,
  type TierRule,
} from '../scoring/index.ts';
import type { CarriedRelation } from './storage/storage.ts';

/** What the score step of a build is made from. */
export interface ScoreStepPlan {
  readonly compiler: Compiler;
  readonly engine: Engine;
  readonly selection: readonly string[];
  readonly asOf: string;
  /** The day of the build this one goes on from; null when all is new. */
  readonly continuesFrom: string | null;
  readonly lifts?: TierRule | undefined;
  /** Models from outside, by outcome. */
  readonly imported?: ReadonlyMap<string, ModelFile> | undefined;
  /** Called before each model is trained. */
  readonly onTrain?: ((name: string, trainedTo: string) => void) | undefined;
  /** Ends the step before the next training. */
  readonly signal?: AbortSignal | undefined;
  /** The models as they are read when every row is worked out anew. */
  openAnew(): Compiler;
  /** Takes what the step did. */
  onScored(report: ScoreReport): void;
}

const SCHEMA = 'scoring';
const NEEDED = {
  predictors: 'int_customer_predictor_days',
  snapshots: 'int_training_snapshots',
  restated: 'int_restated_customers',
  usage: 'customer_usage_decay',
} as const;

/** The nodes that read what the score step writes, directly or through others. */
function listAfter(manifest: Manifest): ReadonlySet<string> {
  const known = new Map<string, boolean>();
  const isAfter = (id: string): boolean => {
    const found = known.get(id);
    if (found !== undefined) return found;
    known.set(id, false);
    const reads = (manifest.nodes[id] ?? manifest.unit_tests[id])?.depends_on.nodes ?? [];
    const answer = manifest.sources[id]?.source_name === SCHEMA || reads.some(isAfter);
    known.set(id, answer);
    return answer;
  };
  return new Set([...Object.keys(manifest.nodes), ...Object.keys(manifest.unit_tests)].filter(isAfter));
}

/** The tables of the score step, to be carried from one warehouse to the next: models always, so that none is trained twice. */
export function listScoringRelations(
  { schemaPrefix }: Engine,
  options: { readonly hasScores: boolean },
): readonly CarriedRelation[] {
  const tables = [
    ['models', true],
    ['scores', options.hasScores],
    ['reasons', options.hasScores],
  ] as const;
  const schema = `${schemaPrefix}${SCHEMA}`;
  return tables.map(([name, hasRows]) => ({ id: `${schema}.${name}`, schema, name, hasRows }));
}

/**
 * The score step as a pause of the build: after everything it reads, before everything that reads it. Undefined when none of
 * what it reads is built: then the scores stay as they are. When models of the past came out otherwise than in the
 * build this one goes on from, everything after it is worked out anew.
 */
export function buildScoreStep(plan: ScoreStepPlan): RunPause | undefined {
  const { compiler, engine, asOf, continuesFrom } = plan;
  const { manifest } = compiler;
  const nodes = Object.entries(NEEDED).map(([role, name]) => {
    const node = Object.values(manifest.nodes).find((one) => one.name === name);
    return [role, node] as const;
  });
  const needs = nodes.flatMap(([, node]) => (node === undefined ? [] : [node.unique_id]));
  if (needs.length < nodes.length || !needs.some((id) => plan.selection.includes(id))) return undefined;
  const relations = Object.fromEntries(nodes.map(([role, node]) => [role, node?.relation_name ?? '']));
  const after = listAfter(manifest);
  return {
    needs,
    isAfter: (id) => after.has(id),
    run: async () => {
      const report = await scoreWarehouse(engine, {
        relations: relations as Record<keyof typeof NEEDED, string>,
        asOf,
        continuesFrom,
        lifts: plan.lifts ?? DEFAULT_LIFTS,
        imported: plan.imported,
        onTrain: async (name, trainedTo) => {
          plan.onTrain?.(name, trainedTo);
          // Training leaves no time for anything else: here signals arrive, and a bar is drawn.
          await setImmediate();
          if (plan.signal?.aborted === true) throw new TenureError('BUILD_STOPPED');
        },
      });
      plan.onScored(report);
      return report.isPastChanged ? { compiler: plan.openAnew(), fullRefresh: true } : {};
    },
  };
}
