import { createHash } from 'node:crypto';
import type { Row } from '../engines/index.ts';
import type { AlertMetric } from './alert-metrics.ts';
import type { AlertRule, Severity } from './alert-rule.ts';
import { type Breach, renderRule, renderSentence } from './render-sentence.ts';
import type { RuleSql } from './rule-query-store.ts';

/** What a firing rests on: enough to come to it again. */
export interface FiringReceipt {
  readonly value: number | string;
  readonly reference: number | string | null;
  readonly measure: number | null;
  /** The rule in words. */
  readonly rule: string;
  readonly sql: string;
  readonly parameters: RuleSql['parameters'];
  /** The last day each source the metric needs knows of. */
  readonly watermarks: Readonly<Record<string, string | null>>;
  readonly definition: { readonly metric: string; readonly version: string };
}

/** A rule that fired for an entity on a day. */
export interface Firing extends Breach {
  readonly rule: string;
  readonly severity: Severity;
  readonly entityKind: string;
  /** Null unless the entity is a customer. */
  readonly customerId: string | null;
  readonly sentence: string;
  readonly receipt: FiringReceipt;
}

function hashToUuid(text: string): string {
  return createHash('md5')
    .update(text)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A rule is known by its name. */
export function buildRuleId(name: string): string {
  return hashToUuid(`alert|${name}`);
}

/** A firing is known by rule, entity and day. */
export function buildFiringId({ rule, entityKind, entityId, day }: Firing): string {
  return hashToUuid([buildRuleId(rule), entityKind, entityId, day].join('|'));
}

function readFigure(value: Row[string], kind: AlertMetric['kind']): number | string | null {
  if (value === null || value === undefined) return null;
  return kind === 'number' ? Number(value) : String(value);
}

/** What the rows of a firing query were made by. */
export interface FiringSource {
  readonly rule: AlertRule;
  readonly subject: AlertMetric;
  readonly query: RuleSql;
  readonly watermarks: Readonly<Record<string, string | null>>;
}

export function buildFiring(row: Row, { rule, subject, query, watermarks }: FiringSource): Firing {
  const entityId = String(row['entity_id']);
  const breach: Breach = {
    entityId,
    entityName: String(row['entity_name']),
    day: String(row['metric_date']),
    value: readFigure(row['value'] ?? null, subject.kind) ?? '',
    reference: readFigure(row['reference'] ?? null, subject.kind),
    measure: row['measure'] === null ? null : Number(row['measure']),
  };
  return {
    ...breach,
    rule: rule.name,
    severity: rule.severity,
    entityKind: rule.for,
    customerId: rule.for === 'customer' ? entityId : null,
    sentence: renderSentence(rule, subject, breach),
    receipt: {
      value: breach.value,
      reference: breach.reference,
      measure: breach.measure,
      rule: renderRule(rule, subject),
      ...query,
      watermarks,
      definition: { metric: subject.name, version: subject.version },
    },
  };
}
