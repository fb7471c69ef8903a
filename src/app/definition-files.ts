import fs from 'node:fs';
import path from 'node:path';
import { listTables } from '../contract/index.ts';
import {
  type Catalogue,
  type HealthContext,
  type HealthDefinition,
  healthSchema,
  readCatalogue,
  readHealth,
  readTargets,
} from '../metrics/index.ts';
import { parseYamlFile, parseYamlValue, type YamlFile } from '../runner/index.ts';
import { PACKAGE_ROOT, type Workspace } from './workspace.ts';

const DBT = path.join(PACKAGE_ROOT, 'dbt');
const LEDGER = path.join(DBT, 'models', 'intermediate', 'ledger', '_ledger.yml');
/** Columns of the ledger that are no figures. */
const NO_FIGURES = ['customer_id', 'metric_date', 'is_active', 'plan_tier'];

function readYaml(file: string): YamlFile {
  return parseYamlFile(file, fs.readFileSync(file, 'utf8'));
}

interface DescribedModels {
  readonly models: readonly {
    readonly name: string;
    readonly columns?: readonly { readonly name: string }[];
  }[];
}

/** The figures of the ledger's daily models, by model. */
export function readFigures(): ReadonlyMap<string, ReadonlySet<string>> {
  const { models } = readYaml(LEDGER).value as DescribedModels;
  return new Map(
    models.map(({ name, columns = [] }) => [
      name,
      new Set(columns.map((column) => column.name).filter((column) => !NO_FIGURES.includes(column))),
    ]),
  );
}

function readOwnHealth(): HealthDefinition {
  const yaml = readYaml(path.join(DBT, 'dbt_project.yml'));
  const { vars } = yaml.value as { readonly vars: { readonly health: unknown } };
  return parseYamlValue(healthSchema, vars.health, {
    yaml,
    path: ['vars', 'health'],
    supported: 'what docs/health.md lists',
  });
}

/** What a health definition is read against: the package's own, the figures and plan tiers there are. */
export function readHealthContext(): HealthContext {
  const customers = listTables().find(({ schema, name }) => schema === 'raw' && name === 'customers');
  const tiers = customers?.columns.find(({ name }) => name === 'plan_tier');
  return {
    own: readOwnHealth(),
    columns: [...(readFigures().get('int_customer_rates') ?? [])],
    planTiers: tiers?.values ?? [],
  };
}

/**
 * The variables a workspace sets: those of `tenure.yml`, and `health.yml` and `targets.yml` where there are such files.
 *
 * @throws TenureError DEFINITION_INVALID naming file, line and value
 */
export function readWorkspaceVars({ kind, root, config }: Workspace): Readonly<Record<string, unknown>> {
  if (kind !== 'own') return config.vars;
  const [health, targets] = ['health.yml', 'targets.yml'].map((name) => path.join(root, name)) as [
    string,
    string,
  ];
  return {
    ...config.vars,
    ...(fs.existsSync(health) ? { health: readHealth(health, readHealthContext()) } : {}),
    ...(fs.existsSync(targets) ? { targets: readTargets(targets, readMetricCatalogue()) } : {}),
  };
}

let catalogue: Catalogue | null = null;

/** The metrics of the package, read once by a process. */
export function readMetricCatalogue(): Catalogue {
  catalogue ??= readCatalogue(path.join(DBT, 'catalogue'));
  return catalogue;
}
