import { TenureError } from '../../base/index.ts';
import { type Engine, openPostgresPool, type PostgresPool } from '../../engines/index.ts';
import { runMigrations } from './migrations-store.ts';
import { createLayout, withLock } from './postgres-layout-store.ts';

/** The database of TENURE_DATABASE_URL, reached when it is needed first, with the tables of the state up to date. */
export class PostgresDatabase {
  readonly #url: string | undefined;
  readonly #createMore: (engine: Engine) => Promise<void>;
  #pool: Promise<PostgresPool> | null = null;
  #layout: Promise<void> | null = null;

  /** @param createMore makes tables beside those of the state */
  constructor(url: string | undefined, createMore: (engine: Engine) => Promise<void> = async () => {}) {
    this.#url = url;
    this.#createMore = createMore;
  }

  readonly pool = (): Promise<PostgresPool> => {
    const url = this.#url?.trim() ?? '';
    if (url === '')
      throw new TenureError('DATABASE_URL_MISSING', {
        name: 'TENURE_DATABASE_URL',
        example: 'postgres://user:password@host/database',
      });
    this.#pool ??= openPostgresPool(url);
    return this.#pool;
  };

  async connect(place?: Parameters<PostgresPool['connect']>[0]): Promise<Engine> {
    const pool = await this.pool();
    this.#layout ??= this.#createLayout(pool);
    // What could not be made is tried again by the next caller.
    await this.#layout.catch((error: unknown) => {
      this.#layout = null;
      throw error;
    });
    return pool.connect(place);
  }

  /** Lends a connection for a few statements. */
  async ask<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    const engine = await this.connect();
    try {
      return await work(engine);
    } finally {
      await engine.close();
    }
  }

  async #createLayout(pool: PostgresPool): Promise<void> {
    const engine = await pool.connect();
    try {
      await withLock(engine, { lock: 'state' }, async () => {
        await createLayout(engine);
        await runMigrations(engine);
        await this.#createMore(engine);
      });
    } finally {
      await engine.close();
    }
  }
}
