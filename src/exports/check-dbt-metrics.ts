import { parse } from 'yaml';
import { z } from 'zod';
import type { BundleProblem, Report } from './bundle-contents.ts';
import type { BundleFiles } from './bundle-file.ts';

/** Names of MetricFlow: two underscores in a row part an entity from a dimension. */
const name = z.string().regex(/^[a-z](?!.*__)[a-z0-9_]*[a-z0-9]$/, 'is no name of MetricFlow');
const text = z.string().min(1);

const measure = z.strictObject({
  name,
  description: text,
  agg: z.enum([
    'sum',
    'average',
    'max',
    'min',
    'count',
    'count_distinct',
    'median',
    'percentile',
    'sum_boolean',
  ]),
  expr: text,
  non_additive_dimension: z
    .strictObject({ name, window_choice: z.enum(['min', 'max']), window_groupings: z.array(name).optional() })
    .optional(),
});

const dimension = z.discriminatedUnion('type', [
  z.strictObject({ name, type: z.literal('categorical'), expr: text }),
  z.strictObject({
    name,
    type: z.literal('time'),
    type_params: z.strictObject({ time_granularity: z.enum(['day', 'week', 'month', 'quarter', 'year']) }),
  }),
]);

const semanticModel = z.strictObject({
  name,
  description: text,
  model: z.string().regex(/^ref\('[a-z0-9_]+'\)$/, 'names a model by ref'),
  defaults: z.strictObject({ agg_time_dimension: name }),
  primary_entity: name,
  entities: z.array(
    z.strictObject({ name, type: z.enum(['primary', 'foreign', 'unique', 'natural']), expr: text }),
  ),
  dimensions: z.array(dimension),
  measures: z.array(measure),
});

const about = {
  name,
  label: text,
  description: text,
  config: z.strictObject({ meta: z.record(z.string(), z.unknown()) }),
};

const metric = z.discriminatedUnion('type', [
  z.strictObject({ ...about, type: z.literal('simple'), type_params: z.strictObject({ measure: name }) }),
  z.strictObject({
    ...about,
    type: z.literal('ratio'),
    type_params: z.strictObject({ numerator: name, denominator: name }),
  }),
  z.strictObject({
    ...about,
    type: z.literal('derived'),
    type_params: z.strictObject({
      expr: text,
      metrics: z.array(z.strictObject({ name, alias: name.optional() })).min(1),
    }),
  }),
]);

const file = z.strictObject({
  version: z.literal(2),
  semantic_models: z.array(semanticModel),
  metrics: z.array(metric),
});

type SemanticFile = z.infer<typeof file>;
type CheckedMetric = z.infer<typeof metric>;

/** What names mean among all files. */
interface Known {
  readonly measures: ReadonlySet<string>;
  readonly metrics: ReadonlySet<string>;
}

function listInputs({ type, type_params: params }: CheckedMetric): readonly string[] {
  if (type === 'simple') return [];
  return type === 'ratio'
    ? [params.numerator, params.denominator]
    : params.metrics.map((input) => input.name);
}

function checkMetric(one: CheckedMetric, known: Known, report: Report): void {
  const path = `metrics.${one.name}`;
  if (one.type === 'simple' && !known.measures.has(one.type_params.measure))
    report('measure-unknown', path, `there is no measure ${one.type_params.measure}`);
  for (const input of listInputs(one)) {
    if (!known.metrics.has(input)) report('metric-unknown', path, `there is no metric ${input}`);
    if (input === one.name) report('metric-cycle', path, 'it is made from itself');
  }
  if (one.type !== 'derived') return;
  const names = one.type_params.metrics.map((input) => input.name);
  for (const { name: own, alias } of one.type_params.metrics) {
    if (alias !== undefined && names.includes(alias))
      report('alias', path, `${alias} is the name of an input`);
    if (!new RegExp(`\\b${alias ?? own}\\b`).test(one.type_params.expr))
      report('alias', path, `the expression does not use ${alias ?? own}`);
  }
}

function checkModel(model: SemanticFile['semantic_models'][number], report: Report): void {
  const times = new Set(model.dimensions.filter(({ type }) => type === 'time').map((one) => one.name));
  const path = `semantic_models.${model.name}`;
  if (!times.has(model.defaults.agg_time_dimension))
    report('time-dimension', path, `${model.defaults.agg_time_dimension} is no time dimension of it`);
  for (const { name: own, non_additive_dimension: rest } of model.measures)
    if (rest !== undefined && !times.has(rest.name))
      report('time-dimension', `${path}.measures.${own}`, `${rest.name} is no time dimension of it`);
}

/** Names that two things have, or that mean one thing here and another there. */
function checkNames(
  files: readonly (readonly [string, SemanticFile])[],
  report: (path: string) => Report,
): void {
  const seen = new Map<string, string>();
  const kinds = new Map<string, string>();
  const note = (path: string, what: string, own: string): void => {
    if (seen.has(`${what} ${own}`)) report(path)('unique', own, `there are two with the ${what} ${own}`);
    seen.set(`${what} ${own}`, path);
  };
  for (const [path, { semantic_models: models, metrics }] of files) {
    for (const one of metrics) {
      note(path, 'name', one.name);
      note(path, 'label', one.label);
    }
    for (const model of models) {
      note(path, 'semantic model', model.name);
      for (const one of model.measures) note(path, 'measure', one.name);
      for (const [kind, list] of Object.entries({ dimension: model.dimensions, entity: model.entities }))
        for (const one of list) {
          const other = kinds.get(one.name) ?? kind;
          if (other !== kind)
            report(path)('element-kind', one.name, `it is a ${kind} here and a ${other} elsewhere`);
          kinds.set(one.name, other);
        }
    }
  }
}

function readFiles(
  files: BundleFiles,
  report: (path: string) => Report,
): readonly (readonly [string, SemanticFile])[] {
  return [...files].flatMap(([path, content]) => {
    if (!path.startsWith('semantic_')) return [];
    const parsed = file.safeParse(parse(content));
    for (const issue of parsed.error?.issues ?? [])
      report(path)('schema', issue.path.join('.'), issue.message);
    return parsed.success ? [[path, parsed.data] as const] : [];
  });
}

/**
 * Checks files of the semantic layer against the rules of MetricFlow that this export could break: the form, names that
 * are unique and well formed, inputs that exist, dimensions of time, aliases. MetricFlow itself does not run.
 *
 * @returns nothing for good ones
 */
export function checkDbtMetrics(files: BundleFiles): readonly BundleProblem[] {
  const problems: BundleProblem[] = [];
  const report =
    (path: string): Report =>
    (rule, place, problem) =>
      void problems.push({ file: path, path: place, rule, problem });
  const read = readFiles(files, report);
  checkNames(read, report);
  const known: Known = {
    measures: new Set(
      read.flatMap(([, one]) =>
        one.semantic_models.flatMap(({ measures }) => measures.map((own) => own.name)),
      ),
    ),
    metrics: new Set(read.flatMap(([, one]) => one.metrics.map((own) => own.name))),
  };
  for (const [path, one] of read) {
    for (const model of one.semantic_models) checkModel(model, report(path));
    for (const own of one.metrics) checkMetric(own, known, report(path));
  }
  return problems;
}
