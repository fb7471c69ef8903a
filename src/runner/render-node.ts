import { quoteRelation } from '../base/index.ts';
import { describeNode, type NodeTemplate, type TestCall, type WrittenRef } from './drafts.ts';
import type { TemplateFunction } from './jinja-engine.ts';
import type { ManifestNode } from './manifest.ts';
import { lineOf } from './source-text.ts';
import {
  buildEnvVarFunction,
  buildVarFunction,
  listProjectVariables,
  type Overrides,
} from './template-context.ts';
import { bindArguments, isRecord } from './template-values.ts';
import type { World } from './world.ts';
import { parseWrittenReference, type WrittenReference } from './written-reference.ts';

/** How one rendering answers what depends on the moment. */
export interface RenderAnswers extends Overrides {
  readonly execute: boolean;
  readonly isIncremental: boolean;
  ref(written: WrittenRef): string;
  source(sourceName: string, tableName: string): string;
  /** The SQL name of the node itself. */
  readonly self: string;
  /** Receives the settings of `config(…)`. */
  config?(values: Readonly<Record<string, unknown>>): void;
  /** Names of the context that stand in for macros. */
  readonly macros?: Readonly<Record<string, unknown>>;
}

const REFERENCE_TEXT = /^\s*(?:env_var|ref|var|source)\s*\([\s\S]+\)\s*$/;

function parseRef(call: Parameters<TemplateFunction>[0]): WrittenRef {
  if (call.keyword['version'] !== undefined || call.keyword['v'] !== undefined) {
    throw new Error('ref() with a version is not supported: model versions are left out');
  }
  const [first, second] = call.positional;
  if (first === undefined || call.positional.length > 2)
    throw new Error('ref takes a model, or a package and a model');
  return second === undefined
    ? { name: String(first), package: null }
    : { name: String(second), package: String(first) };
}

function buildConfigFunctions(node: ManifestNode, answers: RenderAnswers): Record<string, TemplateFunction> {
  let settings: Record<string, unknown> = node.config;
  return {
    config: (call) => {
      const values = { ...(isRecord(call.positional[0]) ? call.positional[0] : {}), ...call.keyword };
      settings = { ...settings, ...values };
      answers.config?.(values);
      return '';
    },
    config_get: (call) => {
      const bound = bindArguments(call, 'config.get', ['name', 'default', 'validator']);
      return settings[String(bound['name'])] ?? bound['default'] ?? null;
    },
    config_require: (call) => {
      const name = String(call.positional[0]);
      if (settings[name] === undefined || settings[name] === null)
        throw new Error(`the setting ${name} is required`);
      return settings[name];
    },
  };
}

/** The functions of the context of a node. */
export function buildNodeFunctions(
  world: World,
  node: ManifestNode,
  answers: RenderAnswers,
): Record<string, TemplateFunction> {
  return {
    ...buildConfigFunctions(node, answers),
    ref: (call) => answers.ref(parseRef(call)),
    source: (call) => {
      const bound = bindArguments(call, 'source', ['source_name', 'table_name']);
      if (bound['table_name'] === undefined)
        throw new Error('source takes the name of a source and of a table');
      return answers.source(String(bound['source_name']), String(bound['table_name']));
    },
    var: buildVarFunction([answers.vars, world.options.vars, ...listProjectVariables(world.project)]),
    env_var: buildEnvVarFunction(world.options, answers),
    is_incremental: () => answers.isIncremental,
  };
}

/** Macros of unit tests stand in as functions of the context; `dbt.x` ones behind a new `dbt`. */
function buildMacroOverrides(macros: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const plain = Object.entries(macros).map(([name, value]) => [name.replace(/^.*\./, ''), () => value]);
  return Object.fromEntries(plain);
}

function buildContext(
  world: World,
  subject: { readonly node: ManifestNode; readonly template: NodeTemplate },
  answers: RenderAnswers,
): Record<string, unknown> {
  const { node, template } = subject;
  const context: Record<string, unknown> = {
    execute: answers.execute,
    ...buildMacroOverrides(answers.macros ?? {}),
  };
  if (template.needs.self) {
    context['this'] = answers.self;
    context['this_parts'] = {
      schema: node.schema,
      identifier: node.alias,
      name: node.alias,
      table: node.alias,
      database: world.options.target.database,
    };
  }
  if (template.needs.model) {
    const model = describeNode(node);
    context['model'] = model;
    context['node'] = model;
  }
  return context;
}

/** An error inside a function names the line on which the value it complains of is written. */
function blameLine(template: NodeTemplate): (error: unknown) => number | null {
  return (error) => {
    const quoted =
      error instanceof Error ? /\b(?:variable|setting) (\w+)/.exec(error.message)?.[1] : undefined;
    if (quoted !== undefined) return lineOf(template.source, new RegExp(`['"]${quoted}['"]`));
    const called = error instanceof Error ? /^(?:dbt\.)?(\w+)/.exec(error.message)?.[1] : undefined;
    return called === undefined ? null : lineOf(template.source, new RegExp(`\\b${called}\\s*\\(`));
  };
}

/** Renders a text in the context of a node. */
export function renderInNode(
  world: World,
  subject: { readonly node: ManifestNode; readonly template: NodeTemplate },
  answers: RenderAnswers,
): string {
  const { node, template } = subject;
  const functions = buildNodeFunctions(world, node, answers);
  const context = buildContext(world, subject, answers);
  const frame = {
    source: template.source,
    functions,
    locate: world.macros.locate,
    blame: blameLine(template),
  };
  if (template.testCall !== null) {
    context['test_arguments'] = evaluateArguments(template.testCall, node, {
      reference: (written) =>
        written.kind === 'ref'
          ? answers.ref(written.ref)
          : answers.source(written.sourceName, written.tableName),
      evaluate: (expression) => world.engine.evaluate(expression, context, frame),
      render: (text) => world.engine.render(text, context, frame),
    });
  }
  return world.engine.render(template.text, context, frame);
}

interface ArgumentEvaluation {
  reference(written: Exclude<WrittenReference, { kind: 'this' }>): string;
  evaluate(expression: string): unknown;
  render(text: string): string;
}

/** Arguments written as `ref('x')`, or with Jinja in them, get their value; dbt's `where` wraps the model. */
function evaluateArguments(
  call: TestCall,
  node: ManifestNode,
  evaluation: ArgumentEvaluation,
): Record<string, unknown> {
  const evaluate = (text: string): unknown => {
    const written = parseWrittenReference(text);
    return written === null || written.kind === 'this'
      ? evaluation.evaluate(text)
      : evaluation.reference(written);
  };
  const convert = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(convert);
    if (typeof value !== 'string') return value;
    if (REFERENCE_TEXT.test(value)) return evaluate(value);
    return value.includes('{{') || value.includes('{%') ? evaluation.render(value) : value;
  };
  const values = Object.fromEntries(
    Object.entries(call.arguments).map(([key, value]) => [
      key,
      key === 'column_name' ? value : convert(value),
    ]),
  );
  const relation = String(evaluate(call.model));
  const where = node.config.where === null ? null : String(convert(node.config.where));
  values['model'] = where === null ? relation : `(select * from ${relation} where ${where}) dbt_subquery`;
  return values;
}

/** What reading a template found out. */
export interface TemplateReading {
  readonly refs: readonly WrittenRef[];
  readonly sources: readonly (readonly [string, string])[];
  readonly config: Readonly<Record<string, unknown>>;
}

function isListed<T>(list: readonly T[], item: T): boolean {
  return list.some((known) => JSON.stringify(known) === JSON.stringify(item));
}

/** The first of dbt's two passes: renders with `execute` false, only to see what the template asks for. */
export function readTemplate(
  world: World,
  subject: { readonly node: ManifestNode; readonly template: NodeTemplate },
): TemplateReading {
  const refs: WrittenRef[] = [];
  const sources: (readonly [string, string])[] = [];
  const config: Record<string, unknown> = {};
  renderInNode(world, subject, {
    execute: false,
    isIncremental: false,
    self: quoteRelation(subject.node.schema, subject.node.alias),
    ref: (written) => {
      if (!isListed(refs, written)) refs.push(written);
      return quoteRelation(world.options.target.schema, written.name);
    },
    source: (sourceName, tableName) => {
      if (!isListed(sources, [sourceName, tableName])) sources.push([sourceName, tableName]);
      return quoteRelation(sourceName, tableName);
    },
    config: (values) => {
      for (const [key, value] of Object.entries(values)) config[key] = value;
    },
  });
  return { refs, sources, config };
}
