import type { MilestoneDesk } from '../app/index.ts';
import { Mark } from './customer-marks.tsx';
import { DataTable } from './data-table.tsx';
import { MilestoneCardSection } from './milestone-card-section.tsx';
import { describeProgress, FlowForms, MessageText, type Problem, type Typed } from './milestone-flow.tsx';
import { CELEBRATION_WORDS } from './milestone-state.ts';
import { Card } from './page-card.tsx';
import { Page, type PageFrame } from './page-shell.tsx';
import { renderMoment } from './shown-figure.tsx';

export interface MilestonePageProps {
  readonly frame: PageFrame;
  readonly desk: MilestoneDesk;
  /** False for those who may only look. */
  readonly mayAct: boolean;
  /** What could not be done, and what was typed. */
  readonly problem: Problem | null;
  readonly typed: Typed;
}

function HistoryCard({ steps }: MilestoneDesk) {
  return (
    <Card title="What was done" span={12}>
      {steps.length === 0 ? (
        <p class="note">Nothing yet.</p>
      ) : (
        <DataTable
          label="Steps of the celebration, the latest first"
          columns={[
            { head: 'When' },
            { head: 'Who' },
            { head: 'State' },
            { head: 'Revision', isNumber: true },
            { head: 'Note' },
          ]}
          rows={[...steps]
            .reverse()
            .map(({ at, actor, toState, revision, note }) => [
              renderMoment(at),
              actor,
              <Mark word={CELEBRATION_WORDS[toState]} />,
              String(revision),
              note ?? '',
            ])}
        />
      )}
    </Card>
  );
}

/** A milestone: what people are told of it, and the way from an idea to a celebration. */
export function MilestonePage({ frame, desk, mayAct, problem, typed }: MilestonePageProps) {
  const { celebration, milestone } = desk;
  const { customerId } = milestone;
  return (
    <Page {...frame}>
      <p class="small">
        <a href={`/milestones${frame.carried}`}>← Milestones</a>
        {' | '}
        <a href={`/customers/${encodeURIComponent(customerId)}`}>
          Everything on {desk.customer?.name ?? customerId}
        </a>
      </p>
      <div class="head">
        <h1>{frame.title}</h1>
        {celebration === null ? null : <Mark word={CELEBRATION_WORDS[celebration.state]} />}
      </div>
      {problem === null ? null : (
        <p class="banner bad" role="alert">
          ✕ {problem.message} {problem.fix}
        </p>
      )}
      <div class="grid">
        <MilestoneCardSection {...desk} />
        <Card title="Celebrate">
          <p>{describeProgress(desk)}</p>
          {mayAct ? (
            <FlowForms desk={desk} typed={typed} />
          ) : (
            <>
              {celebration === null ? null : <MessageText celebration={celebration} />}
              <p class="note">
                You may look at this. To act on it, sign in with a key of the role csm or admin.
              </p>
            </>
          )}
        </Card>
        <HistoryCard {...desk} />
      </div>
    </Page>
  );
}
