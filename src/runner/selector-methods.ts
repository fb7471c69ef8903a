import path from 'node:path';
import { TenureError } from '../base/index.ts';
import type { Manifest, ResourceType } from './manifest.ts';
import { isRecord } from './template-values.ts';
import { matchesWildcard } from './wildcard.ts';

/** What selectors can see of a node, source, unit test or exposure. */
export interface Selectable {
  readonly uniqueId: string;
  readonly resourceType: ResourceType;
  readonly name: string;
  readonly fqn: readonly string[];
  readonly file: string;
  readonly packageName: string;
  readonly tags: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly testName: string | null;
}

/** One part of a selector after its graph operators are taken off. */
export interface Criterion {
  readonly written: string;
  readonly method: string;
  readonly value: string;
}

type Method = (item: Selectable, value: string, argument: string) => boolean;

function matchesParts(parts: readonly string[], pattern: readonly string[]): boolean {
  return (
    pattern.length <= parts.length &&
    pattern.every((step, index) => matchesWildcard(parts[index] ?? '', step))
  );
}

const matchesFqn: Method = (item, value) => {
  if (item.resourceType === 'source') return false;
  if (matchesWildcard(item.fqn.at(-1) ?? '', value)) return true;
  const pattern = value.split('.');
  return matchesParts(item.fqn, pattern) || matchesParts(item.fqn.slice(1), pattern);
};

const matchesPath: Method = (item, value) => {
  const wanted = path.posix.normalize(value.replace(/^\.\//, '')).replace(/\/$/, '');
  if (matchesWildcard(item.file, wanted)) return true;
  const folders = item.file.split('/');
  return folders.some((_, index) => index > 0 && matchesWildcard(folders.slice(0, index).join('/'), wanted));
};

const matchesSource: Method = (item, value) => {
  if (item.resourceType !== 'source') return false;
  const parts = value.split('.');
  const own = [item.fqn.at(-2) ?? '', item.name];
  return matchesParts(own, parts) || matchesParts([item.packageName, ...own], parts);
};

/** The values of `config.materialized:view`, also for lists and nested settings. */
const matchesConfig: Method = (item, value, argument) => {
  let found: unknown = item.config;
  for (const step of argument.split('.')) found = isRecord(found) ? found[step] : undefined;
  if (Array.isArray(found)) return found.some((entry) => String(entry) === value);
  if (isRecord(found)) return Object.hasOwn(found, value);
  if (found === undefined || found === null) return false;
  return typeof found === 'boolean' ? String(found) === value.toLowerCase() : String(found) === value;
};

const matchesTestType: Method = (item, value) => {
  const isData = item.resourceType === 'test';
  if (value === 'unit') return item.resourceType === 'unit_test';
  if (value === 'data') return isData;
  if (value === 'generic') return isData && item.testName !== null;
  if (value === 'singular') return isData && item.testName === null;
  return false;
};

const METHODS: Readonly<Record<string, Method>> = {
  fqn: matchesFqn,
  path: matchesPath,
  file: (item, value) =>
    matchesWildcard(path.posix.basename(item.file), value) ||
    matchesWildcard(path.posix.parse(item.file).name, value),
  tag: (item, value) => item.tags.some((tag) => matchesWildcard(tag, value)),
  source: matchesSource,
  exposure: (item, value) => item.resourceType === 'exposure' && matchesWildcard(item.name, value),
  unit_test: (item, value) => item.resourceType === 'unit_test' && matchesWildcard(item.name, value),
  resource_type: (item, value) => item.resourceType === value,
  package: (item, value) => value === 'this' || matchesWildcard(item.packageName, value),
  test_type: matchesTestType,
  test_name: (item, value) => item.testName !== null && matchesWildcard(item.testName, value),
};

const CLOSED_VALUES: Readonly<Record<string, readonly string[]>> = {
  resource_type: ['model', 'seed', 'test', 'unit_test', 'source', 'exposure'],
  test_type: ['generic', 'singular', 'unit', 'data'],
};

/** The items a criterion names, before graph operators. Throws `SELECTION_INVALID` for a method that is not there. */
export function listMatches(items: readonly Selectable[], criterion: Criterion): string[] {
  const [base = '', ...rest] = criterion.method.split('.');
  const argument = rest.join('.');
  const method = base === 'config' && argument !== '' ? matchesConfig : METHODS[criterion.method];
  if (method === undefined) {
    throw new TenureError('SELECTION_INVALID', {
      selector: criterion.written,
      problem: `there is no selector method ${criterion.method}.`,
    });
  }
  const closed = CLOSED_VALUES[criterion.method];
  if (closed !== undefined && !closed.includes(criterion.value)) {
    throw new TenureError('SELECTION_INVALID', {
      selector: criterion.written,
      problem: `${criterion.method} is one of ${closed.join(', ')}.`,
    });
  }
  return items.filter((item) => method(item, criterion.value, argument)).map((item) => item.uniqueId);
}

/** Everything of a manifest that can be selected. */
export function listSelectable(manifest: Manifest): Selectable[] {
  const shared = (item: {
    unique_id: string;
    resource_type: ResourceType;
    name: string;
    package_name: string;
    fqn: readonly string[];
    original_file_path: string;
  }) => ({
    uniqueId: item.unique_id,
    resourceType: item.resource_type,
    name: item.name,
    packageName: item.package_name,
    fqn: item.fqn,
    file: item.original_file_path,
    testName: null,
  });
  return [
    ...Object.values(manifest.sources).map((item) => ({
      ...shared(item),
      tags: item.tags,
      config: item.config,
    })),
    ...Object.values(manifest.nodes).map((item) => ({
      ...shared(item),
      tags: item.tags,
      config: item.config,
      testName: item.test_metadata?.name ?? null,
    })),
    ...Object.values(manifest.unit_tests).map((item) => ({
      ...shared(item),
      tags: item.config.tags,
      config: item.config,
    })),
    ...Object.values(manifest.exposures).map((item) => ({ ...shared(item), tags: item.tags, config: {} })),
  ];
}
