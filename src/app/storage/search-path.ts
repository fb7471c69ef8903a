/** Schemas in the order in which `tenure query` looks a bare name up; any other comes after `staging`. */
const SCHEMA_ORDER = ['marts', 'entity', 'intermediate', 'staging'];

/** Schemas of what is loaded. */
export const SOURCE_SCHEMAS: readonly string[] = ['raw', 'marketing', 'loads'];

/** Where sources lie: not part of a warehouse, and not swapped with it. */
const OUTSIDE = new Set([...SOURCE_SCHEMAS, ...SOURCE_SCHEMAS.map((schema) => `${schema}_history`)]);

/** Where what belongs in a schema lies, of a warehouse whose schemas have a prefix. */
export function placeSchema(schema: string, prefix: string): string {
  return OUTSIDE.has(schema) ? schema : `${prefix}${schema}`;
}

/** The schemas of a warehouse in the order in which a bare name is looked up. */
export function buildSearchPath(schemas: readonly string[]): readonly string[] {
  const known = [...SCHEMA_ORDER, ...SOURCE_SCHEMAS];
  const others = schemas.filter((schema) => !known.includes(schema) && !schema.endsWith('_history'));
  return [...SCHEMA_ORDER, ...others, ...SOURCE_SCHEMAS].filter((schema) => schemas.includes(schema));
}
