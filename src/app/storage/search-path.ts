/** Schemas in the order in which `tenure query` looks a bare name up; any other comes after `staging`. */
const SCHEMA_ORDER = ['marts', 'entity', 'intermediate', 'staging'];

/** Schemas of what is loaded. */
export const SOURCE_SCHEMAS: readonly string[] = ['raw', 'marketing', 'loads'];

/** The schemas of a warehouse in the order in which a bare name is looked up. */
export function buildSearchPath(schemas: readonly string[]): readonly string[] {
  const known = [...SCHEMA_ORDER, ...SOURCE_SCHEMAS];
  const others = schemas.filter((schema) => !known.includes(schema) && !schema.endsWith('_history'));
  return [...SCHEMA_ORDER, ...others, ...SOURCE_SCHEMAS].filter((schema) => schemas.includes(schema));
}
