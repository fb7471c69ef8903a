import { z } from 'zod';
import {
  buildDefinitionError,
  type DefinitionSource,
  didYouMean,
  parseDefinition,
  readDefinitionFile,
} from '../runner/index.ts';
import { definitionSchema, type MilestoneDefinition } from './definition.ts';
import { type FigureColumns, resolveSource } from './metric-source.ts';
import { listUnknownFields, WORDING_FIELDS } from './render-wording.ts';

const PAGE = 'docs/milestones.md';

const form = {
  schema: z.array(definitionSchema),
  keys: [
    ...Object.keys(definitionSchema.shape),
    'metric',
    'operator',
    'threshold',
    'thresholds',
    'every',
    'hold_days',
    'window_days',
    'sql_model',
  ],
  page: PAGE,
};

/** The form of a `milestones.yml`, as JSON Schema (draft 2020-12), for editors and other programs. */
export function buildDefinitionsSchema(): unknown {
  return { title: 'Milestone definitions of Tenure', ...z.toJSONSchema(form.schema, { io: 'input' }) };
}

/**
 * Reads milestone definitions: a list, as in the shipped pack.
 *
 * @param figures what conditions may read; models of the user's own are looked at when they are read
 * @throws TenureError DEFINITION_INVALID naming file, line, value and what to do
 */
export function readDefinitions(
  source: DefinitionSource,
  figures?: FigureColumns,
): readonly MilestoneDefinition[] {
  const yaml = readDefinitionFile(source);
  const definitions = parseDefinition({ ...yaml, value: yaml.value ?? [] }, form);
  const seen = new Set<string>();
  for (const [index, definition] of definitions.entries()) {
    const refuse = (key: string, problem: string, hint: string) =>
      buildDefinitionError(yaml, { path: [index, ...key.split('.')], problem, hint });
    const name = `${definition.type} ${definition.name}`;
    if (seen.has(name))
      throw refuse('name', 'it stands twice', 'A definition is known by type and name: rename one.');
    seen.add(name);
    for (const key of ['title', 'detail'] as const) {
      const [unknown] = listUnknownFields(definition[key]);
      if (unknown !== undefined)
        throw refuse(
          key,
          `there is no field {${unknown}}`,
          didYouMean(unknown, WORDING_FIELDS, `${PAGE} lists them.`),
        );
    }
    if (figures === undefined || definition.condition.sql_model !== undefined) continue;
    const resolved = resolveSource(definition.condition, figures);
    if ('problem' in resolved) throw refuse('condition.metric', resolved.problem, resolved.hint);
  }
  return definitions;
}
