import type { Clock } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { Compiler } from './compiler.ts';
import type { ManifestNode, ResourceType } from './manifest.ts';

export type NodeStatus = 'success' | 'pass' | 'fail' | 'warn' | 'error' | 'skipped';

/** Which nodes of a selection are run: everything, models, tests of both kinds, or seeds. */
export type RunKinds = 'build' | 'run' | 'test' | 'seed';

/**
 * A step between the nodes that others in the database wait for: when everything but those nodes was run, it is carried
 * out, unless something it needs was not built; then they are skipped for the same reason.
 */
export interface RunPause {
  /** Unique ids of what the step reads. */
  readonly needs: readonly string[];
  /** True for the nodes that wait for the step: all below something it writes. */
  isAfter(uniqueId: string): boolean;
  /** Returns what is different for the nodes after it. */
  run(): Promise<Partial<Pick<RunRequest, 'compiler' | 'fullRefresh'>>>;
}

export interface RunRequest {
  readonly compiler: Compiler;
  readonly engine: Engine;
  /** Further connections to the same database: tests, which only read, run on them and on `engine` at once. */
  readonly beside?: readonly Engine[];
  /** Models run on all connections as well, those at once that do not wait for each other. */
  readonly modelsAtOnce?: boolean;
  /** Unique ids in topological order, as `selectNodes` gives them. */
  readonly selection: readonly string[];
  readonly clock: Clock;
  readonly kinds: RunKinds;
  /** Rebuilds incremental models from nothing, all or those chosen; a model's own `full_refresh` config wins. */
  readonly fullRefresh?: boolean | ((node: ManifestNode) => boolean);
  /** Skips everything that is left after the first failure. */
  readonly failFast?: boolean;
  readonly pause?: RunPause;
  /** Stops between two nodes. */
  readonly signal?: AbortSignal;
  readonly onStart?: (uniqueId: string, position: number, total: number) => void;
  readonly onResult?: (result: NodeResult, done: number, total: number) => void;
}

export interface NodeResult {
  readonly uniqueId: string;
  readonly name: string;
  readonly resourceType: ResourceType;
  readonly status: NodeStatus;
  /** What a person should read: the SQL error, the diff of a unit test, the reason of a skip. */
  readonly message: string;
  /** Failing rows of a data test, differing rows of a unit test. */
  readonly failures: number | null;
  /** Rows written, where the engine counts them. */
  readonly rows: number | null;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly completedAt: string;
  readonly seconds: number;
  readonly relationName: string | null;
  readonly compiledCode: string | null;
  /** The file to open, relative to the project. */
  readonly file: string;
  /** Skipped nodes: the unique id of the node that failed first, `failFast` or `stopped`. */
  readonly skippedBecause?: string;
}

export interface RunSummary {
  /** In the order in which the nodes ran. */
  readonly results: readonly NodeResult[];
  readonly counts: Readonly<Record<NodeStatus, number>>;
  /** Nothing failed, and nothing was stopped. */
  readonly ok: boolean;
  readonly wasStopped: boolean;
  readonly startedAt: string;
  readonly completedAt: string;
  readonly seconds: number;
}

/** What running one node came to, before times and names are added. */
export interface NodeOutcome {
  readonly status: NodeStatus;
  readonly message: string;
  readonly failures?: number;
  readonly rows?: number;
}

/**
 * What the run knows of the database without asking again: a catalogue query costs as much as making a view. The run
 * is the only writer, so what it noted stays true.
 */
export interface RunCatalog {
  readonly schemas: Set<string>;
  /** Relation, quoted, to what stands under it. */
  readonly kinds: Map<string, 'table' | 'view'>;
}

/** What every kind of node needs to run. */
export interface NodeContext {
  readonly compiler: Compiler;
  readonly engine: Engine;
  readonly isRefreshed: (node: ManifestNode) => boolean;
  readonly catalog: RunCatalog;
  /** Notes the SQL of the node, so that a failure shows it as well. */
  readonly keepCompiled: (sql: string) => void;
}
