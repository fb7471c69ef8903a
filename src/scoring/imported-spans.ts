import { createHash } from 'node:crypto';
import { addDays } from '../base/index.ts';
import type { TierRule } from './capacity-tiers.ts';
import type { StoredModel } from './models-store.ts';
import type { Vintage } from './vintages.ts';

/** A model from outside as it lies in the workspace. */
export interface ModelFile {
  readonly name: string;
  readonly text: string;
}

/** Which days models from outside score. */
export interface ImportedSpans {
  /** Those that were taken out again, or gave way to another, with the days that they keep. */
  readonly past: readonly StoredModel[];
  /** The file that lies there now: from when it scores, and its model where that is known. */
  readonly current: {
    readonly file: ModelFile;
    readonly fingerprint: string;
    readonly from: string;
    readonly stored: StoredModel | null;
  } | null;
}

const MARK = 'imported';

function hashFile({ text }: ModelFile): string {
  return `${MARK} ${createHash('sha256').update(text).digest('hex')}`;
}

/**
 * The days of models from outside. A file scores from the day of the first build that has it; taken out or replaced, its model
 * keeps the days until then. So no build changes a day before its own.
 *
 * @param known the models of the last build
 */
export function planImported(
  known: readonly StoredModel[],
  file: ModelFile | undefined,
  { asOf, lifts }: { readonly asOf: string; readonly lifts: TierRule },
): ImportedSpans {
  const imported = known.filter(({ fingerprint }) => fingerprint.startsWith(`${MARK} `));
  const open = imported.find(
    ({ usableFrom, usableTo, fingerprint }) =>
      usableTo === null && usableFrom <= asOf && file !== undefined && fingerprint.startsWith(hashFile(file)),
  );
  const yesterday = addDays(asOf, -1);
  const past = imported
    .filter((model) => model !== open)
    .map((model) => ({
      ...model,
      usableTo: model.usableTo !== null && model.usableTo < yesterday ? model.usableTo : yesterday,
    }))
    .filter(({ usableFrom, usableTo }) => usableFrom <= usableTo);
  if (file === undefined) return { past, current: null };
  const fingerprint = `${hashFile(file)} ${JSON.stringify(lifts)}`;
  const stored = open?.fingerprint === fingerprint ? open : null;
  return { past, current: { file, fingerprint, from: open?.usableFrom ?? asOf, stored } };
}

type Days = Pick<Vintage, 'usableFrom' | 'usableTo'>;

/** What is left of days without those of another model. */
function cutDays<T extends Days>(days: T, other: Days): readonly T[] {
  const isApart =
    (other.usableTo !== null && other.usableTo < days.usableFrom) ||
    (days.usableTo !== null && days.usableTo < other.usableFrom);
  if (isApart) return [days];
  const left =
    days.usableFrom < other.usableFrom ? [{ ...days, usableTo: addDays(other.usableFrom, -1) }] : [];
  const isRight = other.usableTo !== null && (days.usableTo === null || days.usableTo > other.usableTo);
  return isRight ? [...left, { ...days, usableFrom: addDays(other.usableTo as string, 1) }] : left;
}

/** The days of models or vintages of ours that no model from outside scores. */
export function cutImported<T extends Days>(own: readonly T[], imported: readonly Days[]): readonly T[] {
  return imported.reduce<readonly T[]>((left, other) => left.flatMap((days) => cutDays(days, other)), own);
}

/** The days of all models from outside. */
export function listImportedDays({ past, current }: ImportedSpans): readonly Days[] {
  return current === null ? past : [...past, { usableFrom: current.from, usableTo: null }];
}
