import { daysBetween } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import { type CaseStudyState, listCaseStudies } from './case-study-store.ts';
import { fetchLastAsked } from './celebration-store.ts';
import {
  type Evidence,
  fetchEvidence,
  fetchReachedMilestones,
  type ReachedMilestone,
} from './evidence-store.ts';
import { DAYS_BETWEEN_ASKS } from './ideas.ts';

/** The points of the checklist. */
export const CHECK_NAMES = ['health', 'nps', 'tenure', 'roi', 'consent', 'not_asked'] as const;

/** A point of the checklist of a customer. */
export interface ReadinessCheck {
  readonly name: (typeof CHECK_NAMES)[number];
  /** Null where it is unknown; the customer is not ready then. */
  readonly isMet: boolean | null;
  readonly needs: string;
  readonly found: string;
}

/** A customer a case study could be written of. */
export interface Candidate extends Evidence {
  readonly state: CaseStudyState;
  readonly url: string | null;
  readonly lastAskedOn: string | null;
  readonly checks: readonly ReadinessCheck[];
  readonly checksMet: number;
  readonly isReady: boolean;
  readonly milestones: readonly ReachedMilestone[];
}

const HEALTHY = 80;
const PROMOTER = 9;
const YEAR = 365;

function buildNumberCheck(
  name: ReadinessCheck['name'],
  value: number | null,
  { minimum, unit }: { readonly minimum: number; readonly unit: string },
): ReadinessCheck {
  return {
    name,
    isMet: value === null ? null : value >= minimum,
    needs: `${minimum} ${unit} or more`,
    found: value === null ? 'unknown' : `${Math.floor(10 * value) / 10}`,
  };
}

function buildFlagCheck(
  name: ReadinessCheck['name'],
  isMet: boolean | null,
  words: { readonly needs: string; readonly yes: string },
): ReadinessCheck {
  const found = isMet === null ? 'unknown' : isMet ? words.yes : 'no';
  return { name, isMet, needs: words.needs, found };
}

function describeReturn({ roiGoal, roiUnit, roiBaselineValue, roiAchievedValue }: Evidence): string {
  return `${roiGoal ?? 'ROI'}: from ${roiBaselineValue} to ${roiAchievedValue}${roiUnit === null ? '' : ` ${roiUnit}`}`;
}

/**
 * What speaks for asking a customer now: health of 80, an NPS answer of 9 within a year, a year's tenure, a return that is
 * documented, consent to be named, and no favour asked for 180 days.
 */
export function buildChecks(
  evidence: Evidence,
  { lastAskedOn, today }: { readonly lastAskedOn: string | null; readonly today: string },
): readonly ReadinessCheck[] {
  const isFree = lastAskedOn === null || daysBetween(lastAskedOn, today) >= DAYS_BETWEEN_ASKS;
  return [
    buildNumberCheck('health', evidence.healthScore, { minimum: HEALTHY, unit: 'points of health' }),
    buildNumberCheck('nps', evidence.latestNpsScore, {
      minimum: PROMOTER,
      unit: 'in the latest NPS answer of a year',
    }),
    buildNumberCheck('tenure', evidence.tenureDays, { minimum: YEAR, unit: 'days since signup' }),
    buildFlagCheck('roi', evidence.hasDocumentedRoi, {
      needs: 'an ROI goal that was reached, with both its values',
      yes: describeReturn(evidence),
    }),
    buildFlagCheck('consent', evidence.isReferenceOk, { needs: 'consent to be named in public', yes: 'yes' }),
    {
      name: 'not_asked',
      isMet: isFree,
      needs: `no favour asked for ${DAYS_BETWEEN_ASKS} days`,
      found: lastAskedOn === null ? 'never asked' : `asked on ${lastAskedOn}`,
    },
  ];
}

function compareCandidates(one: Candidate, other: Candidate): number {
  return (
    Number(other.isReady) - Number(one.isReady) ||
    other.checksMet - one.checksMet ||
    (other.healthScore ?? -1) - (one.healthScore ?? -1) ||
    (one.customerId < other.customerId ? -1 : 1)
  );
}

/** Where candidates come from: facts from the warehouse, what was asked and done from the state. */
export interface CandidateSources {
  readonly state: Engine;
  readonly warehouse: Engine;
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

/**
 * Every customer with a contract as a candidate for a case study: the ready first, then those who miss least.
 *
 * @example
 * const ready = (await fetchCandidates({ state, warehouse, today })).filter(({ isReady }) => isReady);
 */
export async function fetchCandidates({
  state,
  warehouse,
  today,
}: CandidateSources): Promise<readonly Candidate[]> {
  const studies = new Map((await listCaseStudies(state)).map((study) => [study.customerId, study]));
  const asked = await fetchLastAsked(state);
  const milestones = await fetchReachedMilestones(state);
  const candidates = (await fetchEvidence(warehouse)).map((evidence): Candidate => {
    const lastAskedOn = asked.get(evidence.customerId) ?? null;
    const checks = buildChecks(evidence, { lastAskedOn, today });
    const checksMet = checks.filter(({ isMet }) => isMet === true).length;
    const study = studies.get(evidence.customerId);
    return {
      ...evidence,
      state: study?.state ?? 'candidate',
      url: study?.url ?? null,
      lastAskedOn,
      checks,
      checksMet,
      isReady: checksMet === checks.length,
      milestones: milestones.get(evidence.customerId) ?? [],
    };
  });
  return candidates.sort(compareCandidates);
}
