import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PACKAGE_ROOT } from '../../src/app/index.ts';
import { TenureError } from '../../src/base/index.ts';
import { type MergeContext, readTemplates, type TemplateSet } from '../../src/celebrations/index.ts';

const SHIPPED = path.join(PACKAGE_ROOT, 'packs', 'celebrations.yml');

/** A customer of whom everything is known. */
export const KNOWN: MergeContext = {
  milestone: { name: '1 Million API Calls', value: '1000000', achievedAt: '2026-01-29T09:30:00Z' },
  customer: {
    name: 'GrowthCorp',
    contactName: 'Dr. Ines Roth',
    signupDate: '2025-05-12',
    planTier: 'growth',
    timezone: 'Europe/Berlin',
    csmName: 'Omar Diaz',
  },
  product: 'Acme Cloud',
};

/** A customer of whom nothing is known. */
export const UNKNOWN: MergeContext = {
  milestone: { name: null, value: null, achievedAt: null },
  customer: {
    name: null,
    contactName: null,
    signupDate: null,
    planTier: null,
    timezone: null,
    csmName: null,
  },
  product: null,
};

/** The templates of the package, with a `celebrations.yml` of a workspace over them where one is given. */
export function readPack(own?: string): TemplateSet {
  if (own === undefined) return readTemplates({ shipped: SHIPPED });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
  const file = path.join(folder, 'celebrations.yml');
  fs.writeFileSync(file, own);
  try {
    return readTemplates({ shipped: SHIPPED, own: file });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** The message and the fix of what was thrown, without the folder of a file. */
export function readError(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof TenureError)
      return `${error.message} ${error.fix}`.replace(/^\S*celebrations\.yml/, 'celebrations.yml');
    throw error;
  }
  return 'nothing was thrown';
}
