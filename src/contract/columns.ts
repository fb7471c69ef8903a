import type { ContractColumn, ContractType } from './types.ts';

/** What may be said about a column beside its name, type and description. */
export type ColumnTraits = Partial<Omit<ContractColumn, 'name' | 'type' | 'description'>>;

function buildColumn(type: ContractType) {
  return (name: string, description: string, traits: ColumnTraits = {}): ContractColumn =>
    Object.freeze({ name, type, description, isRequired: false, isExtension: false, ...traits });
}

/** Builders of columns, one for each logical type. */
export const text = buildColumn('text');
export const boolean = buildColumn('boolean');
export const integer = buildColumn('integer');
export const bigint = buildColumn('bigint');
export const float = buildColumn('float');
export const money = buildColumn('money');
export const date = buildColumn('date');
export const timestamp = buildColumn('timestamp');

/** The value must be there. */
export const REQUIRED: ColumnTraits = { isRequired: true };

/** Not in the seeds: nullable and appended. */
export const EXTENSION: ColumnTraits = { isExtension: true };

/** A count or a duration: zero or more. */
export const NOT_NEGATIVE: ColumnTraits = { minimum: 0 };

/** The moment the column holds is also the moment at which it became known. */
export function buildSelfKnown(name: string, traits: ColumnTraits = {}): ColumnTraits {
  return { ...traits, knownAt: name };
}

/** A column that points at another table's key. */
export function buildReference(target: string, traits: ColumnTraits = {}): ColumnTraits {
  return { ...traits, references: target };
}
