import { type Clock, utcTime } from '../base/index.ts';
import type { Engine, Row, Value } from '../engines/index.ts';
import { definitionSchema, type MilestoneDefinition, type StoredDefinition } from './definition.ts';

/** A UUID made of a text, the same on every engine. */
const DEFINITION_ID = `cast(md5($1 || '|' || $2) as uuid)`;

function parseStored(row: Row): StoredDefinition {
  const optional = (name: string, parse: (text: string) => unknown = (text) => text) => {
    const value = row[name];
    return value === null || value === undefined ? {} : { [name]: parse(String(value)) };
  };
  const definition = definitionSchema.parse({
    type: row['type'],
    name: row['name'],
    condition: JSON.parse(String(row['condition'])),
    title: row['title'],
    detail: row['detail'],
    unit: row['unit'],
    enabled: row['enabled'] !== false,
    priority: Number(row['priority']),
    ...optional('celebration_template'),
    ...optional('suggestions', JSON.parse),
    ...optional('segment', JSON.parse),
  });
  return {
    ...definition,
    id: String(row['id']),
    version: Number(row['version']),
    isShipped: row['is_shipped'] === true,
  };
}

/** The definitions of a workspace, by type and name. */
export async function listDefinitions(state: Engine): Promise<readonly StoredDefinition[]> {
  const rows = await state.query('select * from milestone_definitions order by type, name');
  return rows.map(parseStored);
}

function listValues(definition: MilestoneDefinition): readonly Value[] {
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  return [
    JSON.stringify(definition.condition),
    definition.title,
    definition.detail,
    definition.unit,
    definition.enabled,
    definition.priority,
    definition.celebration_template ?? null,
    json(definition.suggestions),
    json(definition.segment),
  ];
}

/** Equal as long as the definition says the same. */
function renderContent({ id, version, isShipped, ...definition }: StoredDefinition): string {
  return JSON.stringify(listValues(definition));
}

async function insertDefinition(state: Engine, definition: MilestoneDefinition, trail: readonly Value[]) {
  await state.execute(
    `insert into milestone_definitions
       (id, type, name, condition, title, detail, unit, enabled, priority, celebration_template, suggestions, segment, is_shipped, updated_at)
     values (${DEFINITION_ID}, $1, $2, cast($3 as json), $4, $5, $6, $7, $8, $9, cast($10 as json), cast($11 as json), $12, cast($13 as timestamptz))`,
    [definition.type, definition.name, ...listValues(definition), ...trail],
  );
}

async function updateDefinition(state: Engine, definition: MilestoneDefinition, trail: readonly Value[]) {
  await state.execute(
    `update milestone_definitions
     set condition = cast($3 as json), title = $4, detail = $5, unit = $6, enabled = $7, priority = $8,
       celebration_template = $9, suggestions = cast($10 as json), segment = cast($11 as json),
       is_shipped = $12, updated_at = cast($13 as timestamptz), version = version + 1
     where type = $1 and name = $2`,
    [definition.type, definition.name, ...listValues(definition), ...trail],
  );
}

/** How definitions are taken over. */
export interface SaveOptions {
  readonly clock: Clock;
  /** True for the shipped pack, which gives way to what a workspace made of it. */
  readonly isShipped: boolean;
}

/**
 * Takes definitions over into the workspace. One that says something else than the kept one of its type and name becomes
 * its next version; none is ever removed (`enabled: false` switches one off). Part of the caller's transaction.
 *
 * @returns how many are new or changed
 */
export async function saveDefinitions(
  state: Engine,
  definitions: readonly MilestoneDefinition[],
  { clock, isShipped }: SaveOptions,
): Promise<number> {
  const kept = new Map(
    (await listDefinitions(state)).map((stored) => [`${stored.type}|${stored.name}`, stored]),
  );
  const trail = [isShipped, utcTime(clock)];
  let changes = 0;
  for (const definition of definitions) {
    const stored = kept.get(`${definition.type}|${definition.name}`);
    if (stored !== undefined && isShipped && !stored.isShipped) continue;
    if (stored !== undefined && renderContent(stored) === JSON.stringify(listValues(definition))) continue;
    await (stored === undefined ? insertDefinition : updateDefinition)(state, definition, trail);
    changes += 1;
  }
  return changes;
}
