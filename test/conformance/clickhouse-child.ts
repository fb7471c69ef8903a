import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * The HTTP interface of ClickHouse in front of one chdb, as far as `@clickhouse/client` and the table function `url` use it: statements,
 * settings and typed parameters, data of an insert, sessions, users, errors before and within a result, `kill query`.
 *
 * Each request has a connection of chdb to itself, made in milliseconds: settings, parameters and the current database end
 * with it, and requests run beside each other. A session (`session_id`) is a connection that stays, with its temporary tables.
 * Results of formats of rows go out as chdb makes them; those of other formats are made whole first.
 *
 * chdb knows a cluster of itself alone, and its Distributed tables, but has no Keeper: statements are taken without `on cluster`, and
 * tables that are not replicated.
 */
const [folder = '', port = '0', password = '', cluster = ''] = process.argv.slice(2);

/** What is used of chdb. */
interface Connection {
  readonly connection: unknown;
  queryAsync(sql: string, options?: { format: string }): Promise<{ bytes(): Uint8Array }>;
  queryStream(sql: string, options: { format: string }): AsyncIterable<{ raw(): Uint8Array }>;
  close(): void;
}

interface Native {
  InsertRawAsyncConnection(
    connection: unknown,
    sql: string,
    data: Buffer,
    countLines: boolean,
  ): Promise<{ rowsWritten: number }>;
}

const load = createRequire(import.meta.url);
const chdb = path.join(import.meta.dirname, '../../node_modules/chdb');
const { Session } = load(chdb) as { Session: new (folder: string, options: object) => Connection };
/** The one function of chdb that says how many rows a statement wrote is not among its exports. */
const native: Native = load(path.join(chdb, 'dist/loader.js')).loadNative();

/** Formats whose parts, each with so many lines of header, make a result. */
const STREAMED: Readonly<Record<string, number>> = {
  CSV: 0,
  CSVWithNames: 1,
  JSONCompactEachRow: 0,
  JSONCompactEachRowWithNames: 1,
  JSONCompactEachRowWithNamesAndTypes: 2,
  JSONEachRow: 0,
  Native: 0,
  TabSeparated: 0,
};
const QUERY =
  /^\s*(?:(?:--[^\n]*\n|\/\*[\s\S]*?\*\/)\s*)*\(*\s*(?:select|with|show|desc|describe|explain|exists|kill)\b/i;
const FORMAT = /\sformat\s+(\w+)\s*;?\s*$/i;
/** Parameters of a request that are no settings. */
const RESERVED = [
  'buffer_size',
  'database',
  'default_format',
  'password',
  'query',
  'query_id',
  'role',
  'session_id',
  'session_timeout',
  'user',
  'wait_end_of_query',
];
const STATUSES: Readonly<Record<number, number>> = {
  60: 404,
  81: 404,
  373: 500,
  516: 403,
  241: 500,
  394: 500,
};
const AUTHENTICATION_FAILED =
  'Code: 516. DB::Exception: default: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)';

/** One statement that is asked for. */
interface Statement {
  readonly sql: string;
  readonly parameters: URLSearchParams;
  readonly queryId: string;
  /** The file with the data of an insert. */
  readonly dataPath: string | null;
}

class HttpError extends Error {
  readonly code: number;

  constructor(text: string) {
    super(text.endsWith('\n') ? text : `${text}\n`);
    this.code = Number(/Code: (\d+)/.exec(text)?.[1] ?? 0);
  }
}

const sessions = new Map<string, { readonly connection: Connection; isBusy: boolean }>();
const spool = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-clickhouse-data-'));

function openConnection(): Connection {
  return new Session(folder, { connectionArgs: cluster === '' ? [] : [`--config-file=${writeConfig()}`] });
}

function writeConfig(): string {
  const file = path.join(spool, 'config.xml');
  const replica =
    '<internal_replication>true</internal_replication><replica><host>localhost</host><port>9000</port></replica>';
  const servers = `<remote_servers><${cluster}><shard>${replica}</shard></${cluster}></remote_servers>`;
  fs.writeFileSync(file, `<clickhouse><tcp_port>9000</tcp_port>${servers}</clickhouse>`);
  return file;
}

function standAlone(sql: string): string {
  if (cluster === '') return sql;
  return sql.replaceAll(` on cluster '${cluster}'`, '').replaceAll(/\bReplicated(?=\w*MergeTree\()/g, '');
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function checkUser({ headers }: http.IncomingMessage, parameters: URLSearchParams): void {
  const [, basic = ''] = /^Basic (.*)$/.exec(headers.authorization ?? '') ?? [];
  const [name, ...rest] = Buffer.from(basic, 'base64').toString().split(':');
  const user = name || headers['x-clickhouse-user'] || parameters.get('user') || 'default';
  const key = rest.join(':') || headers['x-clickhouse-key'] || parameters.get('password') || '';
  if (user !== 'default' || key !== password) throw new HttpError(AUTHENTICATION_FAILED);
}

async function readBody(request: http.IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

/** The statement is in the parameter `query`, with the data of an insert in the body, or in the body, or in a form of its own. */
async function readStatement(request: http.IncomingMessage, parameters: URLSearchParams): Promise<Statement> {
  const queryId = parameters.get('query_id') ?? randomUUID();
  const query = parameters.get('query');
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/')) {
    const form = await new Response(new Uint8Array(await readBody(request)), {
      headers: { 'content-type': type },
    }).formData();
    for (const [name, value] of form) parameters.set(name, String(value));
  } else if (query === null) parameters.set('query', (await readBody(request)).toString());
  else if (request.method === 'POST') {
    const dataPath = path.join(spool, randomUUID());
    await pipeline(request, fs.createWriteStream(dataPath));
    return { sql: query, parameters, queryId, dataPath };
  }
  return { sql: standAlone(parameters.get('query') ?? ''), parameters, queryId, dataPath: null };
}

/** What is set before a statement: settings, of which one is how long a statement may be, then parameters. */
function renderSettings({ parameters, queryId }: Statement, isReadOnly: boolean): readonly string[] {
  const given = [...parameters].filter(([name]) => !RESERVED.includes(name));
  // The process list of chdb has ids of its own.
  const settings = [...given.filter(([name]) => !name.startsWith('param_')), ['log_comment', queryId]];
  if (isReadOnly) settings.push(['readonly', '2']);
  return [settings, given.filter(([name]) => name.startsWith('param_'))]
    .filter((list) => list.length > 0)
    .map((list) => `set ${list.map(([name, value = '']) => `${name} = ${quote(value)}`).join(', ')}`);
}

async function takeConnection(id: string | null): Promise<{ connection: Connection; release: () => void }> {
  if (id === null) {
    const connection = openConnection();
    return { connection, release: () => connection.close() };
  }
  const session = sessions.get(id) ?? { connection: openConnection(), isBusy: false };
  if (session.isBusy)
    throw new HttpError(
      `Code: 373. DB::Exception: Session ${id} is locked by a concurrent client. (SESSION_IS_LOCKED)`,
    );
  sessions.set(id, session);
  session.isBusy = true;
  return {
    connection: session.connection,
    release: () => {
      session.isBusy = false;
    },
  };
}

/** Runs a statement that gives no rows. @returns the number of rows it wrote */
async function runCommand(connection: Connection, { sql, dataPath }: Statement): Promise<number> {
  const hasData = dataPath !== null && fs.statSync(dataPath).size > 0;
  const text = hasData ? sql.replace(FORMAT, ` from infile ${quote(dataPath)} format $1`) : sql;
  if (dataPath !== null && !hasData) return 0;
  const { rowsWritten } = await native.InsertRawAsyncConnection(
    connection.connection,
    text,
    Buffer.from('\n'),
    false,
  );
  return rowsWritten;
}

/** A part of a result without its first lines. */
function cutLines(part: Uint8Array, count: number): Uint8Array {
  let start = 0;
  for (let line = 0; line < count; line += 1) start = part.indexOf(10, start) + 1;
  return part.subarray(start);
}

async function* streamQuery(
  connection: Connection,
  { sql, parameters }: Statement,
): AsyncIterable<Uint8Array> {
  const format = FORMAT.exec(sql)?.[1] ?? parameters.get('default_format') ?? 'TabSeparated';
  const headerLines = STREAMED[format];
  if (headerLines === undefined || !/^\s*(select|with)\b/i.test(sql)) {
    const isKill = /^\s*kill\b/i.test(sql);
    const text = isKill ? sql.replace(/\bquery_id\b/i, `Settings['log_comment']`) : sql;
    yield (await connection.queryAsync(text, { format })).bytes();
    return;
  }
  let isFirst = true;
  for await (const part of connection.queryStream(sql, { format })) {
    yield isFirst ? part.raw() : cutLines(part.raw(), headerLines);
    isFirst = false;
  }
}

/** A result that goes out when it is whole, as `wait_end_of_query` asks for. */
async function* holdBack(parts: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const held: Uint8Array[] = [];
  for await (const part of parts) held.push(part);
  yield* held;
}

/** Sends a result; an error after its first part goes into the body, and the body stays without its end. */
async function sendRows(response: http.ServerResponse, parts: AsyncIterable<Uint8Array>): Promise<void> {
  const tag = randomBytes(8).toString('hex');
  response.setHeader('X-ClickHouse-Exception-Tag', tag);
  const closed = once(response, 'close').catch(() => {});
  try {
    for await (const part of parts) {
      if (response.destroyed) return;
      if (!response.write(part)) await Promise.race([once(response, 'drain'), closed]);
    }
    response.end();
  } catch (error) {
    if (!response.headersSent) throw error;
    const text = `${(error as Error).message}\n`;
    const block = `\r\n__exception__\r\n${tag}\r\n${text}${Buffer.byteLength(text)} ${tag}\r\n__exception__\r\n`;
    response.write(block, () => response.destroy());
  }
}

async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/ping' || (request.method === 'GET' && url.search === '')) {
    response.end('Ok.\n');
    return;
  }
  checkUser(request, url.searchParams);
  const statement = await readStatement(request, url.searchParams);
  response.setHeader('X-ClickHouse-Query-Id', statement.queryId);
  const { connection, release } = await takeConnection(statement.parameters.get('session_id'));
  try {
    const database = statement.parameters.get('database');
    if (database !== null) await connection.queryAsync(`use \`${database.replaceAll('`', '\\`')}\``);
    for (const sql of renderSettings(statement, request.method === 'GET')) await connection.queryAsync(sql);
    if (QUERY.test(statement.sql)) {
      response.once('close', () => stopQuery(statement, response));
      const rows = streamQuery(connection, statement);
      await sendRows(response, statement.parameters.get('wait_end_of_query') === '1' ? holdBack(rows) : rows);
      return;
    }
    const written = await runCommand(connection, statement);
    const summary = { read_rows: '0', read_bytes: '0', written_rows: String(written), written_bytes: '0' };
    response.setHeader('X-ClickHouse-Summary', JSON.stringify(summary)).end();
  } finally {
    release();
    if (statement.dataPath !== null) fs.rmSync(statement.dataPath, { force: true });
  }
}

/** A query whose client went away ends where the client said that it should. */
function stopQuery({ parameters, queryId }: Statement, response: http.ServerResponse): void {
  if (response.writableFinished || parameters.get('cancel_http_readonly_queries_on_client_close') !== '1')
    return;
  const connection = openConnection();
  connection
    .queryAsync(`kill query where Settings['log_comment'] = ${quote(queryId)} async`)
    .finally(() => connection.close());
}

/** An error as ClickHouse sends it: text, code, status. */
function sendError(response: http.ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { message, code } = new HttpError((error as Error).message);
  response.statusCode = STATUSES[code] ?? 400;
  response.setHeader('X-ClickHouse-Exception-Code', String(code)).end(message);
}

// Keeps the data directory open between requests.
const keeper = openConnection();
const server = http.createServer({ maxHeaderSize: 1024 * 1024 }, (request, response) => {
  answer(request, response).catch((error: unknown) => sendError(response, error));
});

function stop(): void {
  for (const { connection } of [...sessions.values(), { connection: keeper }]) connection.close();
  fs.rmSync(spool, { recursive: true, force: true });
  process.exit(0);
}

process.on('SIGTERM', stop);
process.on('disconnect', stop);
server.listen(Number(port), '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : null);
});
