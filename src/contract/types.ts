/** The logical types of the contract; each engine's dialect names them in its own words. */
export type ContractType =
  | 'text'
  | 'boolean'
  | 'integer'
  | 'bigint'
  | 'float'
  | 'money'
  | 'date'
  | 'timestamp';

/** One column of a raw table. */
export interface ContractColumn {
  readonly name: string;
  readonly type: ContractType;
  /** One sentence for the dictionary. */
  readonly description: string;
  /** True when a row without a value breaks the contract. */
  readonly isRequired: boolean;
  /** True for columns the seeds do not name (`+` in the contract). */
  readonly isExtension: boolean;
  /** The allowed values of an enum, in lower case. */
  readonly values?: readonly string[];
  /** Spellings the loader folds into a value: alias → value. */
  readonly aliases?: Readonly<Record<string, string>>;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Written when the source has no such column or no value: `'load_date'` or a literal. */
  readonly defaultValue?: string | number | boolean;
  /** Where the column points: `raw.customers.customer_id`. Checked by dbt, not at load. */
  readonly references?: string;
  /** The column of the same row that says when this value became known (known-at); `_loaded_at` for its load. */
  readonly knownAt?: string;
  /** Free text whose spelling is folded to lower case at load, so that `FinTech` and `fintech` are one. */
  readonly isFolded?: boolean;
  /** Filled from a date of the same row when the source leaves it out. */
  readonly derivedFrom?: DerivedPart;
}

/** A calendar part of another column of the same row. */
export interface DerivedPart {
  readonly column: string;
  readonly part: 'year' | 'month' | 'day';
}

export interface ContractTable {
  readonly schema: 'raw' | 'marketing';
  readonly name: string;
  /** Begins "One row per …". */
  readonly description: string;
  readonly key: readonly string[];
  readonly columns: readonly ContractColumn[];
  /** The column whose latest value is the source's watermark; none for tables of current state. */
  readonly eventTime?: string;
}
