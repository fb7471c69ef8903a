import fc from 'fast-check';

/** A schema of OpenAPI 3.1, as far as ours use it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
}

const LONGEST = 40;

function buildText(schema: Schema): fc.Arbitrary<string> {
  const { format, pattern, minLength = 0, maxLength = LONGEST } = schema;
  const dates = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
  if (format === 'date') return dates.map((date) => date.toISOString().slice(0, 10));
  if (format === 'date-time') return dates.map((date) => date.toISOString());
  const text = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, LONGEST) });
  if (pattern === undefined) return text;
  const matching = new RegExp(pattern);
  // Nearly any text of graphemes is a name; what else has a pattern is rarely met by chance.
  return pattern.includes('uffff') ? text.filter((one) => matching.test(one)) : fc.stringMatching(matching);
}

function buildInteger({
  minimum = -1000,
  exclusiveMinimum,
  maximum = 100_000,
}: Schema): fc.Arbitrary<number> {
  const min = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1;
  return fc.integer({ min: Math.max(min, -1_000_000), max: Math.min(maximum, 1_000_000) });
}

function buildObject({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
  const model = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, buildArbitrary(property)]),
  );
  return fc.record(model, { requiredKeys: [...required] });
}

/** Values that a schema takes. */
export function buildArbitrary(schema: Schema): fc.Arbitrary<unknown> {
  const { type, anyOf, prefixItems, items, minItems = 0 } = schema;
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (anyOf !== undefined) return fc.oneof(...anyOf.map(buildArbitrary));
  if (Array.isArray(type))
    return fc.oneof(...type.map((one: string) => buildArbitrary({ ...schema, type: one })));
  if (prefixItems !== undefined) return fc.tuple(...prefixItems.map(buildArbitrary));
  if (type === 'array') return fc.array(buildArbitrary(items ?? {}), { minLength: minItems, maxLength: 3 });
  if (type === 'object') return buildObject(schema);
  if (type === 'integer') return buildInteger(schema);
  if (type === 'number') return fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 });
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  return buildText(schema);
}
