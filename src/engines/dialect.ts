import type { RelationComments } from './comments.ts';
import type { EmptyTable, NewTable } from './storage.ts';

/** The parts of a date the portable date functions take. */
export type DatePart = 'year' | 'quarter' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second';

/** The abstract types of dbt's `dbt.type_*` macros and of the contract. */
export type AbstractType =
  | 'string'
  | 'boolean'
  | 'int'
  | 'bigint'
  | 'float'
  | 'numeric'
  | 'date'
  | 'timestamp'
  | 'timestamptz';

/**
 * SQL text that differs between engines. Arguments and results are SQL expressions. The functions behind
 * dbt's cross-database macros (`dbt.dateadd` …) have the meaning dbt's documentation gives them.
 */
export interface Dialect {
  /** What follows the type of a text column whose values are all different, or nothing. */
  readonly uniqueTextStorage: string;
  /** What `create temporary table` of a session puts its tables into, as `WriteTarget.schema` has it. */
  readonly temporarySchema: string;
  typeName(type: AbstractType): string;
  /** `decimal(precision, scale)` in the engine's words. */
  decimalType(precision: number, scale: number): string;
  /** A number as a decimal of 28 digits, so many of them after the point: rounded, halves away from zero. */
  toDecimal(value: string, scale: number): string;
  /** Puts a schema in place, its name quoted, unless it is there. */
  createSchema(schema: string): string;
  /** An empty table, unless it is there. */
  renderEmptyTable(table: EmptyTable): string;
  /** A table from a query, in place of one of that name where the engine's views bind late. */
  renderTable(table: NewTable): string;
  /** Keeps descriptions in the database. */
  renderComments(comments: RelationComments): string;
  dateAdd(part: DatePart, count: string, from: string): string;
  /** Boundaries of `part` crossed from `from` to `to`. */
  dateDiff(from: string, to: string, part: DatePart): string;
  dateTrunc(part: DatePart, from: string): string;
  /** The days from 1970-01-01 to a date, for windows that reach so many days: not every engine has windows by intervals. */
  dayNumber(date: string): string;
  lastDay(from: string, part: DatePart): string;
  /** The moment at which a date begins in UTC, as `timestamptz`. */
  startOfDay(day: string): string;
  concat(parts: readonly string[]): string;
  stringAgg(value: string, delimiter: string, orderBy: string | null): string;
  booleanOr(value: string): string;
  anyValue(value: string): string;
  hash(value: string): string;
  safeCast(value: string, type: string): string;
  position(needle: string, haystack: string): string;
  splitPart(text: string, delimiter: string, part: string): string;
}
