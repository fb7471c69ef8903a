import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A PostgreSQL server of the test's own: a socket in a temporary folder, no port, gone afterwards. */
export interface PostgresServer {
  readonly connectionString: string;
  /** Starts a copy that follows this server; it stops with it. */
  startStandby(): PostgresStandby;
  stop(): void;
}

/** A server that follows another, which can be read from. */
export interface PostgresStandby {
  /** Where the same database is found at the standby. */
  rename(connectionString: string): string;
  /** Makes it a server of its own. */
  promote(): void;
}

/** The folder of `initdb` and `pg_ctl`, of the newest PostgreSQL on the machine that has them. */
export function listPostgresBinaries(): string | null {
  const homes = fs.existsSync('/usr/lib/postgresql') ? fs.readdirSync('/usr/lib/postgresql') : [];
  const candidates = homes
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => `/usr/lib/postgresql/${version}/bin`);
  return candidates.find((folder) => fs.existsSync(path.join(folder, 'initdb'))) ?? null;
}

/** Starts a server, without waiting for the disk unless told. PostgreSQL refuses to run as root, so root starts it as the user `postgres`. */
export function startPostgres(
  binaries: string,
  settings: Readonly<Record<string, string>> = {},
): PostgresServer {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-postgres-'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync('chown', ['postgres', folder]);
  const run = (program: string, words: readonly string[]): void => {
    const command = path.join(binaries, program);
    const [file, args] = isRoot ? ['runuser', ['-u', 'postgres', '--', command, ...words]] : [command, words];
    const result = spawnSync(file, args, {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (result.status !== 0) throw new Error(`${program} failed: ${result.stderr}${result.stdout}`);
  };
  const data = path.join(folder, 'data');
  run('initdb', ['-D', data, '-U', 'tenure', '-A', 'trust', '--no-locale', '-E', 'UTF8', '--no-sync']);
  const start = (home: string, socket: string): void => {
    const own = { listen_addresses: '', unix_socket_directories: socket, fsync: 'off', ...settings };
    const options = Object.entries(own)
      .map(([name, value]) => `-c ${name}='${value}'`)
      .join(' ');
    run('pg_ctl', ['-D', home, '-w', '-o', options, '-l', `${home}.log`, 'start']);
  };
  start(data, folder);
  const standby = path.join(folder, 'standby');
  return {
    connectionString: `postgres://tenure@/postgres?host=${encodeURIComponent(folder)}`,
    startStandby() {
      run('pg_basebackup', ['-h', folder, '-U', 'tenure', '-D', standby, '-R', '-c', 'fast', '--no-sync']);
      start(standby, standby);
      return {
        rename: (address) => address.replace(encodeURIComponent(folder), encodeURIComponent(standby)),
        promote: () => run('pg_ctl', ['-D', standby, '-w', 'promote']),
      };
    },
    stop() {
      if (fs.existsSync(standby)) run('pg_ctl', ['-D', standby, '-m', 'immediate', 'stop']);
      run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
