import type { Candidate, CelebrationReport } from '../app/index.ts';
import { renderDay, renderFigure } from './browser/figure-text.js';
import { DataTable } from './data-table.tsx';
import { MilestoneFrame } from './milestone-frame.tsx';
import { Card, KpiCard } from './page-card.tsx';
import type { PageFrame } from './page-shell.tsx';

export interface MilestoneReportPageProps {
  readonly frame: PageFrame;
  readonly report: CelebrationReport;
  readonly candidates: readonly Candidate[];
}

const MOST_CANDIDATES = 50;
const NONE_COUNTS = 'none counts yet';

function renderInterval(interval: { readonly low: number; readonly high: number } | null): string {
  if (interval === null) return 'no interval yet';
  return `95 % interval ${renderFigure(interval.low, 'ratio')} to ${renderFigure(interval.high, 'ratio')}`;
}

const VERDICTS: Readonly<Record<CelebrationReport['verdict'], string>> = {
  reached: '✓ reached',
  missed: '▼ missed',
  'too early to say': '• too early to say',
};

function Kpis({ report }: MilestoneReportPageProps) {
  return (
    <>
      <KpiCard title="Celebrated within 30 days" value={renderFigure(report.share, 'ratio')}>
        <span class="chip">
          {report.share === null
            ? NONE_COUNTS
            : `goal ${renderFigure(report.goal, 'ratio')}: ${VERDICTS[report.verdict]}`}
        </span>
        <span class="chip">{renderInterval(report.interval)}</span>
      </KpiCard>
      <KpiCard title="Milestones that count" value={renderFigure(report.n, 'count')}>
        <span class="chip">{renderFigure(report.celebrated, 'count')} celebrated in time</span>
      </KpiCard>
      <KpiCard title="Still have time" value={renderFigure(report.stillOpen, 'count')}>
        <span class="chip">not celebrated yet, 30 days not over</span>
      </KpiCard>
      <KpiCard title="Late or skipped" value={renderFigure(report.late + report.skipped, 'count')}>
        <span class="chip">{renderFigure(report.late, 'count')} celebrated late</span>
        <span class="chip">{renderFigure(report.skipped, 'count')} skipped with a reason</span>
      </KpiCard>
    </>
  );
}

function ShareCard(props: {
  readonly title: string;
  readonly head: string;
  readonly rows: CelebrationReport['byType'];
}) {
  const { title, head, rows } = props;
  return (
    <Card title={title}>
      {rows.length === 0 ? (
        <p class="note">— no significant milestone was noticed in this time.</p>
      ) : (
        <DataTable
          label={title}
          columns={[
            { head },
            { head: 'Count', isNumber: true },
            { head: 'Celebrated', isNumber: true },
            { head: 'Share', isNumber: true },
            { head: 'Still open', isNumber: true },
          ]}
          rows={rows.map((row) => [
            row.label,
            renderFigure(row.n, 'count'),
            renderFigure(row.celebrated, 'count'),
            renderFigure(row.share, 'ratio'),
            renderFigure(row.stillOpen, 'count'),
          ])}
        />
      )}
    </Card>
  );
}

function SentimentCard({ report: { sentiment } }: MilestoneReportPageProps) {
  const { before, after, difference, interval, verdict, customers } = sentiment;
  return (
    <Card title="NPS answers before and after" span={12}>
      <p>
        <strong>{verdict}</strong>
        {interval === null
          ? ''
          : `: ${renderFigure(difference, 'score')} points, 95 % interval ${renderFigure(interval.low, 'score')} to ${renderFigure(interval.high, 'score')}`}
      </p>
      <p class="quiet">
        {`Customers celebrated: ${customers}. Answers in the 90 days before the first celebration: ${before.n}, after: ${after.n}. Five of each are needed.`}
      </p>
    </Card>
  );
}

const CHECKS: Readonly<Record<string, string>> = {
  health: 'health',
  nps: 'NPS',
  tenure: 'a year as customer',
  roi: 'documented return',
  consent: 'consent',
  not_asked: 'not asked lately',
};

function buildCandidateRow({
  customerId,
  customerName,
  state,
  checks,
  checksMet,
  isReady,
  csmName,
}: Candidate) {
  const missing = checks.filter(({ isMet }) => isMet !== true).map(({ name }) => CHECKS[name] ?? name);
  return [
    <a href={`/customers/${encodeURIComponent(customerId)}`}>{customerName}</a>,
    renderFigure(csmName, 'text'),
    isReady ? <span class="badge good">✓ ready</span> : `${checksMet} of ${checks.length}`,
    missing.length === 0 ? '—' : missing.join(', '),
    state,
  ];
}

function CandidatesCard({ candidates }: MilestoneReportPageProps) {
  return (
    <section class="card span-12" id="candidates">
      <div class="card-head">
        <h2>Candidates for a case study</h2>
        <div class="actions">
          <a class="button" href="/milestones/candidates.csv">
            CSV
          </a>
        </div>
      </div>
      <p class="quiet">
        {`${renderFigure(candidates.filter(({ isReady }) => isReady).length, 'count')} meet every check; of ${renderFigure(candidates.length, 'count')} the first ${Math.min(MOST_CANDIDATES, candidates.length)} are shown, CSV has all.`}
      </p>
      <DataTable
        label="Candidates for a case study"
        columns={[
          { head: 'Customer' },
          { head: 'Owner' },
          { head: 'Checks met' },
          { head: 'Missing' },
          { head: 'State' },
        ]}
        rows={candidates.slice(0, MOST_CANDIDATES).map(buildCandidateRow)}
      />
    </section>
  );
}

/** The share of milestones celebrated against its goal, by type and owner; what customers answered; case studies. */
export function MilestoneReportPage(props: MilestoneReportPageProps) {
  const { frame, report } = props;
  return (
    <MilestoneFrame frame={frame} tab="/milestones/report">
      <p class="quiet">
        {`Milestones of priority ${report.minimumPriority} and more that were new when they were noticed, from ${renderDay(report.from)} to ${renderDay(report.asOf)}.`}
      </p>
      <div class="grid">
        <Kpis {...props} />
        <ShareCard title="By type" head="Type" rows={report.byType} />
        <ShareCard title="By owner" head="Owner" rows={report.byOwner} />
        <SentimentCard {...props} />
        <CandidatesCard {...props} />
      </div>
    </MilestoneFrame>
  );
}
