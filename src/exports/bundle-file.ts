import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { stringify } from 'yaml';
import { TenureError } from '../base/index.ts';

/** The files of a ZIP by their path, in the order they are written. */
export type BundleFiles = ReadonlyMap<string, string>;

/**
 * YAML that readers of 1.1 and of 1.2 understand alike: every text is in quotes, so that `on`, `1:30` or `2026-03-14`
 * stays a text.
 */
export function renderYaml(value: unknown): string {
  return stringify(value, {
    version: '1.1',
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
}

/** The first moment a ZIP can name, in local time as ZIP counts: the same bytes in every time zone. */
const FIRST_MOMENT = new Date(1980, 0, 1);

/** The files as a ZIP; the same files give the same bytes. */
export function renderZip(files: BundleFiles): Uint8Array {
  const entries = [...files].map(([path, text]) => [path, strToU8(text)] as const);
  return zipSync(Object.fromEntries(entries), { level: 9, mtime: FIRST_MOMENT, os: 3 });
}

/**
 * The files of a ZIP.
 *
 * @throws TenureError BUNDLE_UNREADABLE
 */
export function readZip(zip: Uint8Array, file: string): BundleFiles {
  try {
    const entries = Object.entries(unzipSync(zip)).filter(([path]) => !path.endsWith('/'));
    return new Map(entries.map(([path, bytes]) => [path, strFromU8(bytes)]));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new TenureError('BUNDLE_UNREADABLE', { file, problem });
  }
}
