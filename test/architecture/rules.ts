import path from 'node:path';

/** The rooms from the lowest to the highest: a file imports from its own room and from those below. */
export const ROOM_LEVELS: Readonly<Record<string, number>> = {
  base: 0,
  contract: 1,
  engines: 1,
  statistics: 1,
  runner: 2,
  generate: 3,
  load: 3,
  metrics: 3,
  milestones: 3,
  dashboards: 3,
  exports: 3,
  customers: 3,
  access: 3,
  alerts: 3,
  celebrations: 3,
  scoring: 3,
  notify: 3,
  app: 4,
  web: 5,
  http: 6,
  client: 7,
  cli: 7,
};

/** Drivers and the one folder that may import each. */
const DRIVER_HOMES: Readonly<Record<string, string>> = {
  '@duckdb/node-api': 'src/engines/duckdb/',
  '@duckdb/node-bindings': 'src/engines/duckdb/',
  pg: 'src/engines/postgres/',
  'pg-copy-streams': 'src/engines/postgres/',
  '@clickhouse/client': 'src/engines/clickhouse/',
  'minijinja-js': 'src/runner/',
  'cli-progress': 'src/cli/',
  '@faker-js/faker': 'src/generate/',
  'apache-arrow': 'src/app/',
  liquidjs: 'src/celebrations/',
  fflate: 'src/exports/',
  hono: 'src/http/',
  'hono/body-limit': 'src/http/',
  '@hono/zod-openapi': 'src/http/',
  'rate-limiter-flexible': 'src/http/',
  '@hono/node-server': 'src/http/',
  '@slack/web-api': 'src/notify/',
  '@slack/types': 'src/notify/',
  nodemailer: 'src/notify/',
  'nodemailer/lib/smtp-connection': 'src/notify/',
  'nodemailer/lib/mail-composer': 'src/notify/',
};

const SQL_HOMES = [/^src\/engines\//, /^src\/runner\//, /-store\.ts$/];
const SQL_TEXT =
  /\b(select\s+[\s\S]{1,400}?\s+from\s+\S|insert\s+into\s+\S+|create\s+(or\s+replace\s+)?(table|view|schema|index)\s+\S|delete\s+from\s+\S+|update\s+\S+\s+set\s+\w+\s*=|drop\s+(table|view|schema)\s+\S|attach\s+'|alter\s+table\s+\S)/;

/** What only `base` may touch, so that time, chance and environment come in from outside. */
const WORLD: Readonly<Record<string, RegExp>> = {
  'the wall clock': /\bDate\.now\(|\bnew Date\(\s*\)|\bperformance\.now\(/,
  chance: /\bMath\.random\(|\brandomUUID\(|\brandomBytes\(/,
  'the environment': /\bprocess\.env\b/,
};

const BANNED_NAMES =
  /\b(?:class|interface|type|function|const)\s+(Base[A-Z]\w*|\w*(?:Manager|Helper|Util|Utils|Service))\b/;
const MAX_LINES = 500;

export interface SourceFile {
  /** From the project root with forward slashes: `src/runner/graph.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Problem {
  readonly file: string;
  readonly rule: string;
  readonly detail: string;
}

interface Import {
  readonly from: string;
  /** A path in the project, or the name of a package. */
  readonly target: string;
}

function parseImports(file: SourceFile): readonly Import[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g;
  return [...file.text.matchAll(pattern)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const target = specifier.startsWith('.')
      ? path.posix.join(path.posix.dirname(file.path), specifier)
      : specifier;
    return { from: file.path, target };
  });
}

function parseRoom(file: string): string | undefined {
  return /^src\/([^/]+)\//.exec(file)?.[1];
}

function checkImport(edge: Import): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (rule: string, detail: string) => problems.push({ file: edge.from, rule, detail });
  const home = DRIVER_HOMES[edge.target];
  if (home !== undefined && !edge.from.startsWith(home))
    report('driver', `${edge.target} is imported only in ${home}`);
  const [from, to] = [parseRoom(edge.from), parseRoom(edge.target)];
  if (from === undefined || to === undefined || from === to) return problems;
  const [fromLevel, toLevel] = [ROOM_LEVELS[from] ?? -1, ROOM_LEVELS[to] ?? 99];
  if (toLevel > fromLevel) report('downward', `${from} may not import ${to}`);
  if (toLevel === fromLevel) report('siblings', `${from} and ${to} may not know each other`);
  if (!edge.target.endsWith(`/${to}/index.ts`))
    report('front door', `${edge.target}: enter ${to} by its index.ts`);
  return problems;
}

function checkCycles(edges: readonly Import[]): readonly Problem[] {
  const targets = new Map<string, string[]>();
  for (const edge of edges) targets.set(edge.from, [...(targets.get(edge.from) ?? []), edge.target]);
  const state = new Map<string, 'open' | 'done'>();
  const problems: Problem[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      problems.push({ file, rule: 'cycle', detail: [...trail.slice(trail.indexOf(file)), file].join(' → ') });
      return;
    }
    state.set(file, 'open');
    for (const target of targets.get(file) ?? []) visit(target, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of targets.keys()) visit(file, []);
  return problems;
}

/** The code without comments, so that prose about SQL or time is no finding. */
function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/[^\n]*/g, '$1');
}

function checkText(file: SourceFile): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (rule: string, detail: string) => problems.push({ file: file.path, rule, detail });
  const code = stripComments(file.text);
  const room = parseRoom(file.path);
  if (room === undefined || ROOM_LEVELS[room] === undefined)
    report('rooms', `there is no room ${room ?? '?'}`);
  if (room !== 'base') {
    for (const [what, pattern] of Object.entries(WORLD))
      if (pattern.test(code)) report('world', `touches ${what}`);
  }
  const literals = [...code.matchAll(/`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\\n])*'/g)].map((match) => match[0]);
  const sql = literals.find((literal) => SQL_TEXT.test(literal));
  if (sql !== undefined && !SQL_HOMES.some((home) => home.test(file.path))) report('sql', sql.slice(0, 80));
  const name = BANNED_NAMES.exec(code)?.[1];
  if (name !== undefined) report('names', name);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*\.tsx?$/.test(path.posix.basename(file.path)))
    report('names', 'not kebab-case');
  const lines = file.text.split('\n').length;
  if (lines > MAX_LINES) report('size', `${lines} lines`);
  return problems;
}

/** Everything in which the source breaks the house rules. */
export function checkArchitecture(files: readonly SourceFile[]): readonly Problem[] {
  const edges = files.flatMap(parseImports);
  return [...files.flatMap(checkText), ...edges.flatMap(checkImport), ...checkCycles(edges)];
}
