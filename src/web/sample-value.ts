/** A schema of JSON Schema 2020-12, as far as it is shown. */
export interface ShownSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly format?: string;
  readonly minimum?: number;
  readonly anyOf?: readonly ShownSchema[];
  readonly items?: ShownSchema;
  readonly properties?: Readonly<Record<string, ShownSchema>>;
  readonly required?: readonly string[];
}

const TEXTS: Readonly<Record<string, string>> = {
  date: '2026-03-14',
  'date-time': '2026-03-14T09:00:00Z',
};

function buildObject({ properties = {}, required = [] }: ShownSchema): unknown {
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => required.includes(name))
      .map(([name, schema]) => [name, buildSampleValue(schema)]),
  );
}

/** The smallest value a schema takes, to show how a request looks. */
export function buildSampleValue(schema: ShownSchema): unknown {
  const [first] = schema.anyOf ?? [];
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  if (first !== undefined) return buildSampleValue(first);
  if (type === 'object') return buildObject(schema);
  if (type === 'array') return schema.items === undefined ? [] : [buildSampleValue(schema.items)];
  if (type === 'integer' || type === 'number') return Math.max(schema.minimum ?? 1, 1);
  if (type === 'boolean') return true;
  return TEXTS[schema.format ?? ''] ?? 'text';
}
