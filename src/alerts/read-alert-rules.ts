import {
  buildDefinitionError,
  type DefinitionSource,
  didYouMean,
  parseDefinition,
  readDefinitionFile,
} from '../runner/index.ts';
import type { AlertMetrics } from './alert-metrics.ts';
import { ALERT_KEYS, type AlertRule, alertFileSchema } from './alert-rule.ts';
import { checkRule } from './check-rules.ts';

const form = { schema: alertFileSchema, keys: ALERT_KEYS, page: 'docs/alerts.md' };

/** Where rules are written, and what they may name. */
export interface AlertSources {
  /** The rules that come with the package. */
  readonly pack: string;
  /** `alerts.yml` of the workspace; null where there is none. */
  readonly own: DefinitionSource | null;
  readonly metrics: AlertMetrics;
}

interface RuleFile {
  readonly rules: readonly AlertRule[];
  readonly disable: readonly string[];
  readonly refuseDisabled: (place: number, names: readonly string[]) => Error;
}

function readFile(file: DefinitionSource, origin: AlertRule['origin'], metrics: AlertMetrics): RuleFile {
  const yaml = readDefinitionFile(file);
  const { alerts, disable } = parseDefinition(yaml, form);
  const rules = alerts.map((definition) => ({ ...definition, origin }));
  const names = rules.map(({ name }) => name);
  for (const [place, rule] of rules.entries()) {
    const path = ['alerts', place];
    if (names.indexOf(rule.name) < place) {
      const hint = 'Rename or remove one of the two.';
      const problem = 'another rule has that name';
      throw buildDefinitionError(yaml, { path: [...path, 'name'], problem, hint });
    }
    const [found] = checkRule(rule, metrics);
    if (found !== undefined) throw buildDefinitionError(yaml, { ...found, path: [...path, ...found.path] });
  }
  const refuseDisabled = (place: number, known: readonly string[]) =>
    buildDefinitionError(yaml, {
      path: ['disable', place],
      problem: 'no shipped rule has that name',
      hint: didYouMean(disable[place] ?? '', known, `Shipped are ${known.join(', ')}.`),
    });
  return { rules, disable, refuseDisabled };
}

/**
 * The rules of a workspace: the shipped ones, but for those its own file replaces by name or disables, and its own.
 *
 * @throws TenureError DEFINITION_INVALID naming file, line, value and what to do
 *
 * @example
 * const rules = readAlertRules({ pack: 'packs/alerts.yml', own: '/data/acme/alerts.yml', metrics });
 */
export function readAlertRules({ pack, own, metrics }: AlertSources): readonly AlertRule[] {
  const shipped = readFile(pack, 'shipped', metrics).rules;
  if (own === null) return shipped;
  const { rules, disable, refuseDisabled } = readFile(own, 'workspace', metrics);
  const known = shipped.map(({ name }) => name);
  const wrong = disable.findIndex((name) => !known.includes(name));
  if (wrong !== -1) throw refuseDisabled(wrong, known);
  const replaced = new Set(rules.map(({ name }) => name));
  const kept = shipped.filter(({ name }) => !replaced.has(name));
  return [
    ...kept.map((rule) => (disable.includes(rule.name) ? { ...rule, enabled: false } : rule)),
    ...rules,
  ];
}
