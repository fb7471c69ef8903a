import type { Child } from 'hono/jsx';
import { CELEBRATION_WAYS, type Celebration, type MilestoneDesk } from '../app/index.ts';
import { renderMoment } from './shown-figure.tsx';

/** What somebody typed into a form that could not be done, to be shown again. */
export type Typed = Readonly<Record<string, string>>;

/** What could not be done, in words, and what to do about it. */
export interface Problem {
  readonly message: string;
  readonly fix: string;
}

export interface FlowProps {
  readonly desk: MilestoneDesk;
  readonly typed: Typed;
}

type Verb = 'draft' | 'edit' | 'approve' | 'done' | 'skip' | 'retry' | 'decide';

function pathOf({ milestone }: MilestoneDesk, verb: Verb): string {
  return `/milestones/${encodeURIComponent(milestone.id)}/${verb}`;
}

const DRAFTS = [
  ['email', 'Send Celebration Email'],
  ['social', 'Request Social Permission'],
  ['gift', 'Offer a Gift'],
  ['case_study', 'Invite to a Case Study'],
] as const;

function DraftForm({ desk }: FlowProps) {
  const drafted = desk.celebration?.state === 'drafted' ? desk.celebration.kind : null;
  return (
    <>
      <p class="quiet">
        {drafted === null
          ? 'Each opens a draft; nothing is sent before somebody approves it.'
          : 'Each opens another draft in the place of this one.'}
      </p>
      <form method="post" action={pathOf(desk, 'draft')} class="buttons">
        {DRAFTS.filter(([kind]) => kind !== drafted).map(([kind, label]) => (
          <button
            type="submit"
            name="kind"
            value={kind}
            class={kind === 'email' && drafted === null ? 'primary' : undefined}
          >
            {label}
          </button>
        ))}
      </form>
    </>
  );
}

/** Something that is done more seldom, behind its name. */
function Aside({ title, isOpen = false, children }: { title: string; isOpen?: boolean; children?: Child }) {
  return (
    <details class="more" open={isOpen}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}

const KINDS: Readonly<Record<string, string>> = {
  email: 'Celebration e-mail',
  social: 'Request for permission',
  gift: 'Offer of a gift',
  case_study: 'Invitation to a case study',
};

function Field(props: { name: string; label: string; value: string; type?: string }) {
  const { name, label, value, type = 'text' } = props;
  return (
    <p class="field">
      <label for={name}>{label}</label>
      <input id={name} name={name} type={type} value={value} />
    </p>
  );
}

/** The words of the message: to be read, changed and approved. The revision goes with them. */
function MessageForm({ desk, typed, celebration }: FlowProps & { readonly celebration: Celebration }) {
  const isApproved = celebration.state === 'approved';
  const value = (name: string, known: string | null) => typed[name] ?? known ?? '';
  return (
    <form method="post" action={pathOf(desk, isApproved ? 'edit' : 'approve')}>
      <h3>{`${KINDS[celebration.kind ?? 'email']}, revision ${celebration.revision}`}</h3>
      <input type="hidden" name="revision" value={String(celebration.revision)} />
      <Field
        name="recipientName"
        label="To: name"
        value={value('recipientName', celebration.recipientName)}
      />
      <Field name="address" label="To: address" value={value('address', celebration.recipientAddress)} />
      {celebration.recipientAddress === null ? (
        <p class="note warn">⚠ There is no address on file. Nobody guesses one: fill it in.</p>
      ) : null}
      <Field name="subject" label="Subject" value={value('subject', celebration.subject)} />
      <p class="field">
        <label for="text">Text</label>
        <textarea id="text" name="text" rows={12}>
          {value('text', celebration.text)}
        </textarea>
      </p>
      <p class="buttons">
        {isApproved ? null : (
          <button type="submit" class="primary">
            Approve and send
          </button>
        )}
        <button type="submit" formaction={pathOf(desk, 'edit')}>
          {isApproved ? 'Change it (it is a draft again then)' : 'Save the draft'}
        </button>
      </p>
    </form>
  );
}

/** The message as it stands, for those who may only read it and when it has left. */
export function MessageText({ celebration }: { readonly celebration: Celebration }) {
  const { kind, recipientName, recipientAddress, subject, text, revision } = celebration;
  if (text === null) return null;
  return (
    <>
      <h3>{`${KINDS[kind ?? 'email']}, revision ${revision}`}</h3>
      <dl class="facts">
        <dt>To</dt>
        <dd>
          {recipientAddress === null
            ? '— no address on file'
            : `${recipientName ?? ''} <${recipientAddress}>`.trim()}
        </dd>
        <dt>Subject</dt>
        <dd>{subject}</dd>
      </dl>
      <pre class="words">{text}</pre>
    </>
  );
}

function DoneForm({ desk, typed }: FlowProps) {
  return (
    <form method="post" action={pathOf(desk, 'done')}>
      <p class="field">
        <label for="how">How</label>
        <select id="how" name="how">
          {Object.entries(CELEBRATION_WAYS).map(([way, label]) => (
            <option value={way} selected={way === typed['how']}>
              {label}
            </option>
          ))}
        </select>
      </p>
      <Field name="note" label="Note" value={typed['note'] ?? ''} />
      <button type="submit">Mark Celebrated</button>
    </form>
  );
}

function SkipForm({ desk, typed }: FlowProps) {
  return (
    <form method="post" action={pathOf(desk, 'skip')}>
      <Field name="reason" label="Why it is not celebrated" value={typed['reason'] ?? ''} />
      <button type="submit">Skip</button>
    </form>
  );
}

function Emails({ desk }: FlowProps) {
  const [latest] = desk.emails;
  if (latest === undefined || !['dead', 'uncertain'].includes(latest.state)) return null;
  const isDead = latest.state === 'dead';
  const buttons: readonly (readonly [string, string])[] = isDead
    ? [['again', 'Try again']]
    : [
        ['sent', 'It arrived'],
        ['again', 'It did not: send again'],
      ];
  return (
    <form method="post" action={pathOf(desk, isDead ? 'retry' : 'decide')} class="buttons">
      <p class="bad">
        {isDead ? '✕ The e-mail could not be sent' : '? Nobody knows whether the e-mail arrived'}
        {latest.lastError === null ? '.' : `: ${latest.lastError}`}
      </p>
      <input type="hidden" name="email" value={latest.id} />
      {buttons.map(([decision, label]) => (
        <button type="submit" name="decision" value={decision}>
          {label}
        </button>
      ))}
    </form>
  );
}

/** How far the celebration is, in a sentence. */
export function describeProgress({ celebration, milestone }: MilestoneDesk): string {
  if (milestone.isRevoked) return 'It turned out not to be one: there is nothing to celebrate.';
  if (celebration === null) return milestone.isCelebrated ? 'Celebrated.' : 'Nothing was begun yet.';
  const { state, approvedBy, approvedAt, sentAt, celebratedBy, celebratedAt, celebrationType, note } =
    celebration;
  const way = CELEBRATION_WAYS[celebrationType ?? 'other'];
  const notes = note === null ? '' : ` (${note})`;
  const sentences: Readonly<Record<Celebration['state'], string>> = {
    suggested: 'Nothing was begun yet.',
    drafted: 'Drafted: read it, change what should be otherwise, then approve it.',
    approved: `Approved by ${approvedBy} on ${renderMoment(approvedAt)}; it waits in the outbox.`,
    uncertain: `Approved by ${approvedBy} on ${renderMoment(approvedAt)}; the answer of the mail server was lost.`,
    sent: `Approved by ${approvedBy}, sent on ${renderMoment(sentAt)}.${notes}`,
    celebrated: `Celebrated by ${celebratedBy} on ${renderMoment(celebratedAt)}: ${way}${notes}.`,
    skipped: `Skipped by ${celebration.skippedBy}: ${celebration.skippedReason}.`,
  };
  return sentences[state];
}

/** The forms that fit how far the celebration is. */
export function FlowForms(props: FlowProps): Child {
  const { desk, typed } = props;
  const { celebration, milestone } = desk;
  if (milestone.isRevoked) return null;
  const state = celebration?.state ?? (milestone.isCelebrated ? 'celebrated' : 'suggested');
  const isBegun = state === 'drafted' || state === 'approved';
  const isOpen = state === 'suggested' || isBegun;
  return (
    <>
      <Emails {...props} />
      {isBegun && celebration !== null ? <MessageForm {...props} celebration={celebration} /> : null}
      {state === 'sent' || state === 'uncertain' ? (
        <MessageText celebration={celebration as Celebration} />
      ) : null}
      {state === 'suggested' || state === 'skipped' ? (
        <>
          <h3>Write to the customer</h3>
          <DraftForm {...props} />
        </>
      ) : null}
      {state === 'drafted' ? (
        <Aside title="Write something else">
          <DraftForm {...props} />
        </Aside>
      ) : null}
      <Aside
        title="Mark as celebrated in another way"
        isOpen={state === 'suggested' || typed['how'] !== undefined}
      >
        <DoneForm {...props} />
      </Aside>
      {isOpen ? (
        <Aside title="Skip it" isOpen={typed['reason'] !== undefined}>
          <SkipForm {...props} />
        </Aside>
      ) : null}
    </>
  );
}
