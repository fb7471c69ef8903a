import { type Candidate, CHECK_NAMES, type ReadinessCheck } from './candidates.ts';

type Cell = string | number | boolean | null;

function readCheck(candidate: Candidate, name: ReadinessCheck['name']): Cell {
  const check = candidate.checks.find((found) => found.name === name);
  return check?.isMet ?? 'unknown';
}

const COLUMNS: readonly (readonly [string, (candidate: Candidate) => Cell])[] = [
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

/** What a spreadsheet would take for a formula, also in full-width characters and behind white space. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r]/;

function renderCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(Math.round(cell * 1e6) / 1e6);
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The candidates as CSV (RFC 4180), for people who open it in a spreadsheet: text that begins like a formula gets an
 * apostrophe before it.
 */
export function renderCandidatesCsv(candidates: readonly Candidate[]): string {
  const header = COLUMNS.map(([name]) => name);
  const rows = candidates.map((candidate) => COLUMNS.map(([, read]) => renderCell(read(candidate))));
  return [header, ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}
