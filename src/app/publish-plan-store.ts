import { quoteRelation } from '../base/index.ts';
import { type Engine, nameCommonTypes } from '../engines/index.ts';
import type { TablePlan } from '../publish/index.ts';
import {
  groupTests,
  listProvenKeys,
  type Manifest,
  type ManifestNode,
  selectNodes,
} from '../runner/index.ts';
import { buildSelection } from './build.ts';

/** Selectors of models. */
interface PublishSelection {
  readonly select?: readonly string[];
  readonly exclude?: readonly string[];
}

/** What BI tools filter by, beside the dates of a key. */
const FILTERED = ['customer_id', 'metric_date'];

/** Marts and metrics are known by their descriptions being kept in the database. */
function isPublished({ resource_type, config }: ManifestNode): boolean {
  const docs = config['persist_docs'] as { readonly relation?: boolean } | undefined;
  return resource_type === 'model' && config.materialized !== 'ephemeral' && docs?.relation === true;
}

/** Those of the model, and what BI tools filter by: where no key and no index begins with it already. */
function listIndexes(
  node: ManifestNode,
  keys: readonly (readonly string[])[],
  dates: ReadonlySet<string>,
): readonly (readonly string[])[] {
  const taken = new Set(keys.map((key) => key.join()));
  const declared = node.config.indexes.map(({ columns }) => columns).filter((one) => !taken.has(one.join()));
  const filtered = new Set([...FILTERED, ...keys.flat().filter((column) => dates.has(column))]);
  const led = new Set([...keys, ...declared].map(([first]) => first));
  return [...declared, ...[...filtered].filter((column) => !led.has(column)).map((column) => [column])];
}

async function buildPlan(
  engine: Engine,
  node: ManifestNode,
  tests: readonly ManifestNode[],
): Promise<TablePlan> {
  const { schema, alias, description, columns } = node;
  const keys = listProvenKeys(tests);
  const types = nameCommonTypes(await engine.listColumns(schema, alias), engine);
  const dates = new Set(types.filter(({ type }) => type.toLowerCase() === 'date').map(({ name }) => name));
  return {
    schema,
    name: alias,
    description: description.trim(),
    query: `select * from ${quoteRelation(schema, alias)}`,
    descriptions: Object.fromEntries(
      Object.values(columns).map((column) => [column.name, column.description.trim()]),
    ),
    json: Object.values(columns)
      .filter(({ data_type }) => /^jsonb?$/i.test(data_type ?? ''))
      .map((column) => column.name),
    keys,
    indexes: listIndexes(node, keys, dates),
  };
}

/** The marts and metrics that stand in the warehouse, in the order of their names. */
export async function listPlans(
  engine: Engine,
  manifest: Manifest,
  request: PublishSelection,
): Promise<readonly TablePlan[]> {
  const selected = selectNodes(manifest, { ...buildSelection(request), resourceTypes: ['model'] });
  const relations = await engine.listRelations();
  const standing = new Set(relations.map(({ schema, name }) => quoteRelation(schema, name)));
  const tests = groupTests(manifest);
  const plans: TablePlan[] = [];
  for (const id of selected) {
    const node = manifest.nodes[id];
    if (node === undefined || !isPublished(node) || !standing.has(quoteRelation(node.schema, node.alias)))
      continue;
    plans.push(await buildPlan(engine, node, tests.get(id) ?? []));
  }
  return plans.sort((a, b) => (`${a.schema}.${a.name}` < `${b.schema}.${b.name}` ? -1 : 1));
}
