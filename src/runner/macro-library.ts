import { TenureError } from '../base/index.ts';
import { BUILT_IN_MACROS } from './built-in-macros.ts';
import type { JinjaEngine } from './jinja-engine.ts';
import { type RewriteRules, rewriteJinja } from './jinja-rewrite.ts';
import { type JinjaBlock, listBlocks, listNames } from './jinja-scan.ts';
import type { ProjectFile } from './project-files.ts';
import { invalid, lineAt, type SourceText, unsupported } from './source-text.ts';

/** A macro, or a generic test as the macro `test_<name>`, as written. */
export interface Macro {
  readonly name: string;
  readonly source: SourceText;
  /** Null for one that comes with the runner. */
  readonly file: ProjectFile | null;
  readonly kind: 'macro' | 'test';
  /** Parameter names in order. */
  readonly parameters: readonly string[];
}

/** The macros of a project: which exist, and a template that holds just those a text needs. */
export interface MacroLibrary {
  readonly macros: ReadonlyMap<string, Macro>;
  readonly rules: RewriteRules;
  /** The macros a text uses, directly and through others. `hidden` ones are left to the context. */
  listUsed(text: string, hidden?: ReadonlySet<string>): readonly string[];
  /** The head of a template that makes a text's macros known to it: one import, without a line of its own. */
  buildImport(text: string, hidden?: ReadonlySet<string>): string;
  /** True when a text, or a macro it uses, matches. */
  mentions(text: string, pattern: RegExp): boolean;
  /** Where a line of a macro template comes from. */
  locate(template: string, line: number): { file: string; line: number } | null;
}

const KEYWORDS = new Set(['macro', 'test', 'data_test', 'snapshot', 'materialization', 'operation', 'docs']);
const HEADER = /^(?<name>[A-Za-z_]\w*)\s*\((?<parameters>[\s\S]*)\)$/;
const BUILT_IN_FILE = '(built in)';

function parseParameters(text: string): string[] {
  const names: string[] = [];
  let depth = 0;
  let current = '';
  for (const letter of `${text},`) {
    if ('([{'.includes(letter)) depth += 1;
    if (')]}'.includes(letter)) depth -= 1;
    if (letter === ',' && depth === 0) {
      const name = /^\s*(\w+)/.exec(current)?.[1];
      if (name !== undefined) names.push(name);
      current = '';
    } else current += letter;
  }
  return names;
}

function buildMacro(file: ProjectFile | null, source: SourceText, block: JinjaBlock): Macro {
  const place = { file: source.file, line: lineAt(source, block.start) };
  if (!['macro', 'test', 'data_test'].includes(block.keyword)) {
    throw unsupported(place, `{% ${block.keyword} %}`, '{% macro %} and {% test %}');
  }
  if (block.bodyEnd === -1) throw invalid(place, `{% ${block.keyword} ${block.header} %} is never closed`);
  const match = HEADER.exec(block.header);
  const written = match?.groups?.['name'];
  if (written === undefined) throw invalid(place, `{% ${block.keyword} %} needs a name and brackets`);
  const kind = block.keyword === 'macro' ? 'macro' : 'test';
  const name = kind === 'test' ? `test_${written}` : written;
  let text = source.text.slice(block.start, block.end);
  if (kind === 'test') {
    text = text
      .replace(/^(\{%[-+]?\s*)(?:data_)?test(\s+)\w+/, `$1macro$2${name}`)
      .replace(/end(?:data_)?test(\s*[-+]?%\})$/, 'endmacro$1');
  }
  const parameters = parseParameters(match?.groups?.['parameters'] ?? '');
  return { name, source: { file: source.file, text, firstLine: place.line }, file, kind, parameters };
}

function readMacros(file: ProjectFile | null, source: SourceText): Macro[] {
  return listBlocks(source.text, KEYWORDS).map((block) => buildMacro(file, source, block));
}

/** Macros a project may define that this runner would otherwise pass over in silence. */
const NOT_CONSULTED = new Set(['generate_database_name', 'ref', 'source', 'get_where_subquery']);

function collectMacros(files: readonly ProjectFile[]): Map<string, Macro> {
  const builtIn = readMacros(null, { file: BUILT_IN_FILE, text: BUILT_IN_MACROS, firstLine: 1 });
  const macros = new Map(builtIn.map((macro) => [macro.name, macro]));
  for (const file of files) {
    for (const macro of readMacros(file, { file: file.file, text: file.text, firstLine: 1 })) {
      const known = macros.get(macro.name);
      const place = { file: file.file, line: macro.source.firstLine };
      if (NOT_CONSULTED.has(macro.name)) {
        throw unsupported(place, `overriding ${macro.name}`, 'generate_schema_name and generate_alias_name');
      }
      if (known?.file) {
        throw new TenureError('PROJECT_DUPLICATE', {
          name: `The macro ${macro.name}`,
          first: `${known.source.file}:${known.source.firstLine}`,
          second: `${place.file}:${place.line}`,
        });
      }
      macros.set(macro.name, macro);
    }
  }
  return macros;
}

interface MacroTemplate {
  readonly template: string;
  readonly parts: readonly { readonly firstLine: number; readonly source: SourceText }[];
}

interface RewrittenMacro {
  readonly text: string;
  /** Other macros it uses. */
  readonly names: readonly string[];
}

/** What `readMacroLibrary` needs besides the files. */
export interface MacroLibraryOptions {
  readonly projectName: string;
  readonly targetType: string;
  readonly engine: JinjaEngine;
  /** Functions that exist without being macros, to which a dispatch may fall back. */
  readonly crossDatabase: ReadonlySet<string>;
}

function buildRules(macros: ReadonlyMap<string, Macro>, options: MacroLibraryOptions): RewriteRules {
  const returning = new Set(
    [...macros.values()]
      .filter((macro) => /\breturn\s*\(/.test(macro.source.text))
      .map((macro) => macro.name),
  );
  return {
    projectName: options.projectName,
    returnsValue: (name) => returning.has(name),
    resolveDispatch: (name) => {
      const found = [`${options.targetType}__${name}`, `default__${name}`].find((candidate) =>
        macros.has(candidate),
      );
      return found ?? (options.crossDatabase.has(name) ? `dbt.${name}` : null);
    },
  };
}

/** Joins macros into one template, and keeps where each line comes from. */
function joinMacros(macros: readonly { readonly macro: Macro; readonly text: string }[]): {
  text: string;
  parts: MacroTemplate['parts'];
} {
  const parts: { firstLine: number; source: SourceText }[] = [];
  let joined = '';
  let line = 1;
  for (const { macro, text } of macros) {
    parts.push({ firstLine: line, source: macro.source });
    joined += `${text}\n`;
    line += text.split('\n').length;
  }
  return { text: joined, parts };
}

/** Finds the macros a text uses, through other macros as well; each macro is rewritten when it is first used. */
function openUsage(macros: ReadonlyMap<string, Macro>, rules: RewriteRules) {
  const rewritten = new Map<string, RewrittenMacro>();
  const rewrite = (macro: Macro): RewrittenMacro => {
    const known = rewritten.get(macro.name);
    if (known !== undefined) return known;
    const text = rewriteJinja(macro.source, rules);
    const made = { text, names: [...listNames(text)].filter((name) => macros.has(name)) };
    rewritten.set(macro.name, made);
    return made;
  };
  const walk = (text: string, hidden?: ReadonlySet<string>): string[] => {
    const used = new Set<string>();
    const pending = [...listNames(text)];
    for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
      const macro = macros.get(name);
      if (macro === undefined || used.has(name) || hidden?.has(name)) continue;
      used.add(name);
      pending.push(...rewrite(macro).names);
    }
    return [...used].sort();
  };
  // The same text is asked about several times, and the calls of data tests are alike.
  const known = new Map<string, readonly string[]>();
  const listUsed = (text: string, hidden?: ReadonlySet<string>): readonly string[] => {
    const found = hidden === undefined ? known.get(text) : undefined;
    if (found !== undefined) return found;
    const used = walk(text, hidden);
    if (hidden === undefined) known.set(text, used);
    return used;
  };
  return { rewrite, listUsed };
}

/** Reads the macros of a project. Throws `PROJECT_DUPLICATE`, `PROJECT_INVALID`, `PROJECT_UNSUPPORTED`. */
export function readMacroLibrary(files: readonly ProjectFile[], options: MacroLibraryOptions): MacroLibrary {
  const macros = collectMacros(files);
  const rules = buildRules(macros, options);
  const { rewrite, listUsed } = openUsage(macros, rules);
  const templates = new Map<string, MacroTemplate>();
  const addTemplate = (names: readonly string[]): MacroTemplate => {
    const used = names.flatMap((name) => macros.get(name) ?? []);
    const { text, parts } = joinMacros(used.map((macro) => ({ macro, text: rewrite(macro).text })));
    const made = { template: `macros-${templates.size}`, parts };
    templates.set(names.join(' '), made);
    options.engine.addTemplate(made.template, text, (template, line) => locate([made], { template, line }));
    return made;
  };
  return {
    macros,
    rules,
    listUsed,
    buildImport: (text, hidden) => {
      const used = listUsed(text, hidden);
      if (used.length === 0) return '';
      const { template } = templates.get(used.join(' ')) ?? addTemplate(used);
      return `{% from '${template}' import ${used.join(', ')} %}`;
    },
    mentions: (text, pattern) =>
      pattern.test(text) || listUsed(text).some((name) => pattern.test(macros.get(name)?.source.text ?? '')),
    locate: (template, line) => locate([...templates.values()], { template, line }),
  };
}

function locate(
  templates: readonly MacroTemplate[],
  at: { readonly template: string; readonly line: number },
): { file: string; line: number } | null {
  const found = templates.find((candidate) => candidate.template === at.template);
  const part = found?.parts.findLast((candidate) => candidate.firstLine <= at.line);
  if (part === undefined) return null;
  return { file: part.source.file, line: part.source.firstLine + at.line - part.firstLine };
}
