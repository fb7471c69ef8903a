import { type CsvCell, renderCsv } from '../base/index.ts';
import { type Candidate, CHECK_NAMES, type ReadinessCheck } from './candidates.ts';

function readCheck(candidate: Candidate, name: ReadinessCheck['name']): CsvCell {
  const check = candidate.checks.find((found) => found.name === name);
  return check?.isMet ?? 'unknown';
}

const COLUMNS: readonly (readonly [string, (candidate: Candidate) => CsvCell])[] = [
  ['customer_id', ({ customerId }) => customerId],
  ['customer_name', ({ customerName }) => customerName],
  ['industry', ({ industry }) => industry],
  ['segment', ({ segment }) => segment],
  ['plan_tier', ({ planTier }) => planTier],
  ['csm', ({ csmName }) => csmName],
  ['state', ({ state }) => state],
  ['is_ready', ({ isReady }) => isReady],
  ['checks_met', ({ checksMet }) => checksMet],
  ...CHECK_NAMES.map((name) => [`${name}_ok`, (candidate: Candidate) => readCheck(candidate, name)] as const),
  ['health_score', ({ healthScore }) => healthScore],
  ['latest_nps_score', ({ latestNpsScore }) => latestNpsScore],
  ['latest_nps_on', ({ latestNpsOn }) => latestNpsOn],
  ['signup_date', ({ signupDate }) => signupDate],
  ['tenure_days', ({ tenureDays }) => tenureDays],
  ['last_asked_on', ({ lastAskedOn }) => lastAskedOn],
  ['mrr_usd', ({ mrr }) => mrr],
  ['first_mrr_usd', ({ firstMrr }) => firstMrr],
  ['mrr_growth_pct', ({ mrrGrowthPct }) => mrrGrowthPct],
  ['users', ({ users }) => users],
  ['api_calls', ({ apiCalls }) => apiCalls],
  ['roi_goal', ({ roiGoal }) => roiGoal],
  ['roi_unit', ({ roiUnit }) => roiUnit],
  ['roi_baseline_value', ({ roiBaselineValue }) => roiBaselineValue],
  ['roi_target_value', ({ roiTargetValue }) => roiTargetValue],
  ['roi_achieved_value', ({ roiAchievedValue }) => roiAchievedValue],
  ['roi_achieved_on', ({ roiAchievedOn }) => roiAchievedOn],
  ['milestones', (candidate) => renderMilestones(candidate)],
  ['url', ({ url }) => url],
];

function renderMilestones({ milestones }: Candidate): string {
  return milestones.map(({ name, achievedOn }) => `${name} (${achievedOn})`).join('; ');
}

function buildCell(cell: CsvCell): CsvCell {
  if (typeof cell === 'number') return Math.round(cell * 1e6) / 1e6;
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  return cell;
}

/** The candidates as CSV, for people who open it in a spreadsheet. */
export function renderCandidatesCsv(candidates: readonly Candidate[]): string {
  const header = COLUMNS.map(([name]) => name);
  return renderCsv(
    header,
    candidates.map((candidate) => COLUMNS.map(([, read]) => buildCell(read(candidate)))),
  );
}
