import type { Clock, Environment } from '../../base/index.ts';
import type { DuckdbEngine, Engine } from '../../engines/index.ts';
import type { LoadReport, LoadRequest } from '../../load/index.ts';
import type { CompilerOptions } from '../../runner/index.ts';
import type { Workspace } from '../workspace.ts';
import type { BuildMark } from './build-mark-store.ts';

/** What a query looks into: the last good warehouse, the raw tables as they are loaded, or the last build that failed. */
export type QueryTarget = 'warehouse' | 'raw' | 'failed';

export interface OpenOptions {
  readonly threads?: number;
  /** For statements of ours, one after the other, that keep what they find in temporary tables: a query of a user's has none. */
  readonly hasTemporaryTables?: boolean;
}

/** The last good warehouse for readers; what a build puts in its place is read from the next reader on. */
export interface WarehouseReaders {
  /**
   * Lends `work` a connection of its own. It sees one warehouse from its beginning to its end.
   *
   * @throws TenureError WAREHOUSE_MISSING
   */
  read<T>(work: (engine: Engine) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A node's relation that should stand in the new warehouse as it stood in the old one. */
export interface CarriedRelation {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  /** False for a table that is about to be built: only its shape is carried, so that views over it can stand. */
  readonly hasRows: boolean;
}

/** A view that could not stay, and why. */
export interface LostRelation extends CarriedRelation {
  readonly problem: string;
}

export interface ConstructionOptions {
  readonly isContinued: boolean;
  readonly schemaPrefix: string;
}

/** A warehouse under construction, where no reader looks. */
export interface Construction {
  readonly engine: Engine;
  /** True where it began as a copy of the last warehouse: then nothing has to be carried over. */
  readonly holdsLast: boolean;
  /** True where a statement leaves cores idle, so that several models are best built at once. */
  readonly isSmall: boolean;
  /**
   * Carries relations over from the last warehouse, in the order given (parents first), so that building a part leaves the
   * rest as it was. What the last warehouse did not have is passed over.
   *
   * @param compile the SQL of a node of this build, where a view is made anew
   * @returns those that were there
   */
  carry(
    relations: readonly CarriedRelation[],
    compile: (id: string) => string,
  ): Promise<readonly CarriedRelation[]>;
  /** Drops the views among carried relations that no longer fit what was built below them. */
  dropUnfitting(relations: readonly CarriedRelation[]): Promise<readonly LostRelation[]>;
  /** Notes what the warehouse was built as. */
  writeMark(mark: BuildMark): Promise<void>;
  /**
   * Ends the construction. A good warehouse takes the place of the last one in one step that readers cannot see half of; one
   * that failed is kept beside it to look into.
   *
   * @returns where it stands now, in words for a report
   */
  publish(isGood: boolean): Promise<string>;
  /** Nothing of what is not published stays. */
  close(): Promise<void>;
}

/** Raw tables that are made anew, in a DuckDB file of their own. */
export interface RawConstruction {
  readonly engine: DuckdbEngine;
  /** Puts them in the place of those there are. */
  publish(): Promise<void>;
  close(): Promise<void>;
}

/** What a project is compiled for. */
export type TargetDescription = Pick<CompilerOptions, 'target' | 'dialect'> &
  Partial<Pick<CompilerOptions, 'placeSchema' | 'storesSourceViews'>>;

/** What a storage is opened with. */
export interface StorageWorld {
  readonly workspace: Workspace;
  readonly clock: Clock;
  readonly environment: Environment;
}

/** What was found out about a database server. */
export interface ServerCheck {
  readonly server: string;
  readonly detail: string;
  /** What to do; empty when all is well. */
  readonly fix: string;
}

/** What `Storage.withWarehouse` lends. */
export interface WarehouseBeside {
  readonly mark: BuildMark;
  /**
   * Sees the models by their bare names, and has temporary tables of its own. Where the warehouse lies in the database of the
   * state it is the state's own engine, which then sees the models after the tables of the state; elsewhere that sees only those of
   * `MIRRORED_MODELS`, as this build made them.
   */
  readonly warehouse: Engine;
}

/** Where the data of a workspace lie: raw tables, warehouse and application state, each opened when it is needed. */
export interface Storage {
  /** What of a process works on the same data has the same key. */
  readonly key: string;
  /** Where the file of the state lies that one process owns; null where processes share the state. */
  readonly ownedFile: string | null;
  /** Whether the servers are ones to rely on; none where there are only files. */
  checkServers(): Promise<readonly ServerCheck[]>;
  /** What goes before the names of the schemas of the next warehouse while it is built; nothing where it has a file of its own. */
  allotPrefix(): Promise<string>;
  /** How the project is compiled, for a warehouse whose schemas have a prefix; without one, for the warehouse that is there. */
  describeTarget(schemaPrefix: string): TargetDescription;
  /** A text about a warehouse under construction as it is true once that is published. */
  renderPublished(text: string): string;
  /**
   * Opens the application state with its tables up to date.
   *
   * @throws TenureError DATABASE_OWNED where another process owns it
   */
  openState(): Promise<Engine>;
  /** Runs a job while no other process that shares the storage runs one. */
  runJob<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Lets `work` read the last good warehouse beside the state. It sees one warehouse from its beginning to its end.
   *
   * @throws TenureError WAREHOUSE_MISSING
   */
  withWarehouse<T>(state: Engine, work: (beside: WarehouseBeside) => Promise<T>): Promise<T>;
  /**
   * Opens what a query reads, every relation reachable by its bare name.
   *
   * @throws TenureError WAREHOUSE_MISSING
   */
  open(target: QueryTarget, options?: OpenOptions): Promise<Engine>;
  openReaders(): WarehouseReaders;
  /** What the last good warehouse, or an open one, was built as; null where there is none. */
  fetchMark(engine?: Engine): Promise<BuildMark | null>;
  /** By what the last good warehouse is told from the one before it; null when there is none. */
  fetchStamp(): Promise<string | null>;
  /** When the last good warehouse was put in its place, ISO 8601 in UTC; null when there is none. */
  fetchBuiltAt(): Promise<string | null>;
  /** True where a build failed after the last good one. */
  hasFailed(): Promise<boolean>;
  /** True where the raw tables changed since the last good warehouse. */
  isRawNewer(): Promise<boolean>;
  /** True where raw tables were ever made. */
  hasRaw(): Promise<boolean>;
  /** Opens the raw tables for writing, made where they are absent. */
  openRaw(): Promise<Engine>;
  /** Loads files into the raw tables, opened by `openRaw`. */
  runLoad(raw: Engine, request: LoadRequest): Promise<LoadReport>;
  openRawConstruction(): Promise<RawConstruction>;
  /** Makes the raw tables where there are none, and leaves them ready to be built from. */
  prepareRaw(): Promise<void>;
  /**
   * The build that one of `next` can go on from: the last one, when it looked at the same day or an earlier one, by the same
   * project, and the raw tables have only gained batches since. Null when all must be built anew.
   */
  fetchContinued(next: BuildMark): Promise<BuildMark | null>;
  /** @param options.schemaPrefix as allotted, and as the project is compiled */
  openConstruction(options: ConstructionOptions): Promise<Construction>;
}
