import { type JinjaSegment, type JinjaToken, scanJinja, scanTokens } from './jinja-scan.ts';
import { lineAt, type SourceText, unsupported } from './source-text.ts';

/** What the rewriting of a template needs to know of its project. */
export interface RewriteRules {
  readonly projectName: string;
  /** The macro that `adapter.dispatch(name)` stands for on this target. */
  resolveDispatch(name: string): string | null;
  /** True for a macro that ends with `return(…)`, whose value may be more than text. */
  returnsValue(name: string): boolean;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const UNSUPPORTED_NAMES: Readonly<Record<string, string>> = {
  run_query: 'run_query() (queries while compiling)',
  statement: 'statement() (queries while compiling)',
  load_result: 'load_result()',
  graph: 'graph',
  modules: 'modules',
  flags: 'flags',
  selected_resources: 'selected_resources',
  api: 'api',
  dbt_utils: 'the package dbt_utils',
  dbt_expectations: 'the package dbt_expectations',
  codegen: 'the package codegen',
  submit_python_job: 'Python models',
};

export const SUPPORTED_JINJA =
  'ref, source, var, env_var, config, config.get, config.require, this, target, model, is_incremental, execute, ' +
  'run_started_at, invocation_id, log, print, return, exceptions, adapter.dispatch, adapter.quote, dbt.*, the macros of the project';

/** Attributes of `this` and `run_started_at` live beside their text under these names. */
const SPLIT_NAMES: Readonly<Record<string, string>> = {
  this: 'this_parts',
  run_started_at: 'run_started_at_parts',
};

/** The index of the bracket that closes the one at `open`; -1 when there is none. */
function findClosing(tokens: readonly JinjaToken[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const text = tokens[at]?.kind === 'sign' ? tokens[at]?.text : '';
    if (text === '(' || text === '[' || text === '{') depth += 1;
    if (text === ')' || text === ']' || text === '}') depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, '$1');
}

/** Rewrites the tokens of one segment; edits are gathered and applied at the end. */
function listEdits(source: SourceText, segment: JinjaSegment, rules: RewriteRules): Edit[] {
  const tokens = scanTokens(source.text, segment);
  const text = (at: number): string => tokens[at]?.text ?? '';
  const edits: Edit[] = [];
  const replace = (from: number, to: number, by: string): void => {
    const start = tokens[from]?.start ?? 0;
    const end = tokens[to]?.end ?? start;
    // Lines must stay where they are, so that errors name the right one.
    edits.push({ start, end, text: by + source.text.slice(start, end).replace(/[^\n]/g, '') });
  };
  const wrapValue = (at: number, open: number): void => {
    const close = findClosing(tokens, open);
    if (close === -1) return;
    edits.push({ start: tokens[at]?.start ?? 0, end: tokens[at]?.start ?? 0, text: 'macro_value(' });
    edits.push({ start: tokens[close]?.end ?? 0, end: tokens[close]?.end ?? 0, text: ')' });
  };
  const fail = (at: number, feature: string): never => {
    throw unsupported(
      { file: source.file, line: lineAt(source, tokens[at]?.start ?? 0) },
      feature,
      SUPPORTED_JINJA,
    );
  };
  const isDefinition = segment.kind === 'statement' && /^(macro|test|set)$/.test(text(0));
  for (let at = 0; at < tokens.length; at += 1) {
    const name = text(at);
    if (tokens[at]?.kind !== 'name' || text(at - 1) === '.') continue;
    const member = text(at + 1) === '.' ? text(at + 2) : '';
    const isKeyword = text(at + 1) === '=' && text(at + 2) !== '=';
    if (name === 'config' && member !== '') {
      if (member !== 'get' && member !== 'require') fail(at, `config.${member}`);
      replace(at, at + 2, `config_${member}`);
    } else if (name === 'adapter') {
      at = rewriteAdapter({ tokens, at, rules, replace, wrapValue, fail });
    } else if (SPLIT_NAMES[name] !== undefined && member !== '') {
      replace(at, at, SPLIT_NAMES[name] ?? name);
    } else if (name === rules.projectName && member !== '') {
      replace(at, at + 1, '');
      if (rules.returnsValue(member)) wrapValue(at + 2, at + 3);
      at += 2;
    } else if (UNSUPPORTED_NAMES[name] !== undefined && !isKeyword && !(isDefinition && at === 1)) {
      fail(at, UNSUPPORTED_NAMES[name] ?? name);
    } else if (text(at + 1) === '(' && !(isDefinition && at === 1) && rules.returnsValue(name)) {
      wrapValue(at, at + 1);
    }
  }
  return edits;
}

interface AdapterCall {
  readonly tokens: readonly JinjaToken[];
  readonly at: number;
  readonly rules: RewriteRules;
  readonly replace: (from: number, to: number, by: string) => void;
  readonly wrapValue: (at: number, open: number) => void;
  readonly fail: (at: number, feature: string) => never;
}

/** `adapter.dispatch('x')(…)` becomes the macro of this target; returns the index of the last token used up. */
function rewriteAdapter({ tokens, at, rules, replace, wrapValue, fail }: AdapterCall): number {
  const member = tokens[at + 2]?.text ?? '';
  if (member === 'quote') {
    replace(at, at + 2, 'adapter_quote');
    return at + 2;
  }
  if (member !== 'dispatch') fail(at, `adapter.${member}`);
  const close = findClosing(tokens, at + 3);
  const first = tokens.slice(at + 4, close).find((token) => token.kind === 'string');
  if (close === -1 || first === undefined)
    return fail(at, 'adapter.dispatch with a name that is not a literal');
  const name = unquote(first.text);
  const resolved = rules.resolveDispatch(name);
  if (resolved === null)
    fail(
      at,
      `adapter.dispatch('${name}'), for which there is no macro default__${name} or one of this target,`,
    );
  replace(at, close, resolved ?? name);
  if (resolved !== null && rules.returnsValue(resolved)) wrapValue(at, close + 1);
  return close;
}

/** `{% do return(x) %}` would throw the value away: it becomes `{{ return(x) }}`. */
function doReturnEdits(source: string, segment: JinjaSegment): Edit[] {
  const code = source.slice(segment.codeStart, segment.codeEnd);
  const match = /^\s*do\s+(?=return\s*\()/.exec(code);
  if (segment.kind !== 'statement' || match === null) return [];
  return [
    { start: segment.start, end: segment.start + 2, text: '{{' },
    { start: segment.codeStart, end: segment.codeStart + match[0].length, text: ' ' },
    { start: segment.end - 2, end: segment.end, text: '}}' },
  ];
}

/**
 * Rewrites what the Jinja engine cannot express: attributes of functions (`config.get`), dispatch, values
 * returned from macros. Lines stay where they are. Throws `PROJECT_UNSUPPORTED` for what this runner leaves out.
 */
export function rewriteJinja(source: SourceText, rules: RewriteRules): string {
  if (!source.text.includes('{')) return source.text;
  const edits = scanJinja(source.text)
    .filter((segment) => segment.kind === 'expression' || segment.kind === 'statement')
    .flatMap((segment) => [...doReturnEdits(source.text, segment), ...listEdits(source, segment, rules)])
    .sort((left, right) => left.start - right.start || left.end - right.end);
  let result = '';
  let at = 0;
  for (const edit of edits) {
    result += source.text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + source.text.slice(at);
}
