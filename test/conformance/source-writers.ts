import { buildSeededChance } from '../../src/base/index.ts';
import { openPostgres } from '../../src/engines/index.ts';

type Connection = Awaited<ReturnType<typeof openPostgres>>;

export const ITEMS = `
create table items (
  id bigint primary key, name text, changed_at timestamptz not null default now(), version bigint not null
);
create sequence versions;
create index on items (changed_at);
create index on items (version);`;

/** One who writes into `items`: now and then in long transactions, with savepoints, and sometimes in vain. */
export interface Writer {
  /** Does one thing, and says what. */
  step(): Promise<string>;
  /** Ends what is open. */
  finish(): Promise<void>;
}

/** Writers never touch each other's rows, so none waits for another. */
export async function openWriter(url: string, place: number, seed: number): Promise<Writer> {
  const connection: Connection = await openPostgres({ connectionString: url });
  const { next: chance } = buildSeededChance(seed * 100 + place);
  let isOpen = false;
  let written = 0;
  let last = 0;
  const set = (id: string): string => {
    written += 1;
    return `insert into items (id, name, changed_at, version)
     values (${id}, 'w${place} ${written}', now(), nextval('versions'))
     on conflict (id) do update set name = excluded.name, changed_at = excluded.changed_at, version = excluded.version`;
  };
  const pick = () => String(1000 * place + Math.floor(chance() * last));
  const write = async (): Promise<void> => {
    if (chance() < 0.5 || last === 0) {
      last += 1;
      await connection.execute(set(String(1000 * place + last)));
    } else await connection.execute(set(pick()));
  };
  return {
    async step() {
      const dice = chance();
      if (!isOpen) {
        if (dice < 0.3) {
          await write();
          return 'wrote alone';
        }
        await connection.execute('begin');
        // A transaction of PostgreSQL has no number before it writes, but its now() stands from here on.
        await connection.query('select now()');
        isOpen = true;
        return 'began';
      }
      if (dice < 0.5) {
        await write();
        return 'wrote';
      }
      if (dice < 0.65) {
        await connection.execute('savepoint s');
        await write();
        const isKept = chance() < 0.5;
        await connection.execute(isKept ? 'release savepoint s' : 'rollback to savepoint s');
        return 'wrote in a savepoint';
      }
      if (dice < 0.85) {
        await connection.query('select pg_sleep(0.004)');
        return 'waited';
      }
      isOpen = false;
      await connection.execute(dice < 0.95 ? 'commit' : 'rollback');
      return 'ended';
    },
    async finish() {
      if (isOpen) await connection.execute('commit');
      await connection.close();
    },
  };
}
