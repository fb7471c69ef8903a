import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AlertCard,
  CELEBRATION_WAYS,
  type Digest,
  MILESTONE_ACTIONS,
  type MilestoneCard,
  type ModalDraft,
  renderAlertCard,
  renderCelebratedModal,
  renderDigest,
  renderEmailModal,
  renderMilestoneCard,
  renderMilestoneText,
} from '../../src/notify/index.ts';
import { checkBlocks, checkModal } from './check-blocks.ts';
import { GOLDEN } from './golden-card.ts';
import { GROWTHCORP } from './workbench.ts';

interface AnyBlock {
  readonly type: string;
  readonly text?: { readonly text: string };
  readonly elements?: readonly {
    readonly action_id: string;
    readonly value: string;
    readonly text: { readonly text: string };
  }[];
}

/** What a reader of the blocks sees, in the form of the text. */
function readBlocks(blocks: readonly unknown[]): string {
  return (blocks as readonly AnyBlock[])
    .map(({ text, elements }) => {
      if (elements !== undefined) return elements.map((button) => `[${button.text.text}]`).join(' ');
      return (text?.text ?? '').replace(/^\*(.*)\*$/m, '$1');
    })
    .join('\n\n')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function listButtons(card: MilestoneCard): readonly string[] {
  const blocks = renderMilestoneCard(card).blocks as readonly AnyBlock[];
  return blocks.flatMap(({ elements = [] }) => elements.map(({ action_id }) => action_id));
}

describe('the milestone card', () => {
  it('is that of seed 000, line for line, as text and as blocks', () => {
    expect(renderMilestoneText(GROWTHCORP)).toBe(GOLDEN);
    const { blocks, text } = renderMilestoneCard(GROWTHCORP);
    expect(readBlocks(blocks)).toBe(GOLDEN);
    expect(text).toBe(':trophy: Customer Milestone: GrowthCorp: 1 Million API Calls');
    expect(blocks.map(({ type }) => type)).toEqual([
      'header',
      'section',
      'section',
      'section',
      'section',
      'actions',
    ]);
  });

  it('has a button for each thing to do, with the milestone as its value', () => {
    expect(listButtons(GROWTHCORP)).toEqual(Object.values(MILESTONE_ACTIONS));
    const blocks = renderMilestoneCard(GROWTHCORP).blocks as readonly AnyBlock[];
    const values = blocks.flatMap(({ elements = [] }) => elements.map(({ value }) => value));
    expect(new Set(values)).toEqual(new Set([GROWTHCORP.milestoneId]));
  });

  it('shows a dash and the reason for what is not known', () => {
    const text = renderMilestoneText({
      ...GROWTHCORP,
      arr: null,
      health: null,
      timeToMilestone: null,
      unknown: { arr: 'no subscription on that day' },
    });
    expect(text).toContain('- Current ARR: — (no subscription on that day)');
    expect(text).toContain('- Health Score: — (not known)');
    expect(text).toContain('- Time to milestone: — (not known)');
  });

  it('shows who did what and when, and a button for what may still be done', () => {
    const asked = {
      ...GROWTHCORP,
      done: [{ action: 'email', by: 'Ana', at: '2026-01-30T10:00:00Z', how: 'approved' }],
    } as const satisfies MilestoneCard;
    expect(renderMilestoneText(asked)).toContain('Done:\n- Celebration email: approved, Ana, Jan 30, 2026');
    // A customer gets one message for a milestone.
    expect(listButtons(asked)).toEqual(['milestone_celebrated']);
    const done = {
      ...asked,
      done: [
        ...asked.done,
        { action: 'celebrated', by: 'Max', at: '2026-02-01T00:30:00Z', how: 'with a gift' },
      ],
    } as const satisfies MilestoneCard;
    expect(renderMilestoneText(done)).toContain('- Celebrated: with a gift, Max, Feb 1, 2026');
    expect(listButtons(done)).toEqual([]);
  });

  it('says that it is revoked, and why, and offers nothing', () => {
    const revoked = { ...GROWTHCORP, revoked: { reason: 'the calls were counted twice' } };
    const text = renderMilestoneText(revoked);
    expect(text).toContain('Revoked:\n- the calls were counted twice');
    expect(text).not.toContain('Celebration Ideas');
    expect(listButtons(revoked)).toEqual([]);
    expect(renderMilestoneCard(revoked).text).toMatch(/\(revoked\)$/);
  });

  it('shows the reason of an idea in small print, below the lines of the seed', () => {
    const ideas = [{ emoji: 'memo', text: 'Invite to case study', reason: 'health 85, consent on file' }];
    const message = renderMilestoneCard({ ...GROWTHCORP, ideas });
    expect(checkBlocks(message)).toEqual([]);
    expect(message.blocks.at(-1)).toMatchObject({
      type: 'context',
      elements: [{ type: 'mrkdwn', text: '1. health 85, consent on file' }],
    });
    expect(renderMilestoneText({ ...GROWTHCORP, ideas })).not.toContain('consent');
  });

  it('gives hostile names no line, mention or link of their own', () => {
    const customerName = '<!channel> & *Co*\n- Current ARR: $9 <https://evil.example|click>\u202e';
    const card = { ...GROWTHCORP, customerName, title: customerName, detail: customerName };
    const message = renderMilestoneCard(card);
    expect(checkBlocks(message)).toEqual([]);
    expect(JSON.stringify(message.blocks.slice(1))).not.toContain('<');
    expect(renderMilestoneText(card).split('\n')).toHaveLength(GOLDEN.split('\n').length);
  });

  it('stays within Slack’s limits whatever it is made of', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 6000 }),
      fc.constantFrom('&'.repeat(4000), '🏆'.repeat(3000), '<!here>', '', '\n'.repeat(10)),
    );
    const card = fc.record({
      milestoneId: fc.uuid(),
      customerName: text,
      title: text,
      detail: text,
      achievedAt: fc.constant(GROWTHCORP.achievedAt),
      timeToMilestone: fc.option(text),
      customerSince: fc.option(text),
      arr: fc.option(fc.double({ noNaN: true, min: -1e12, max: 1e12 })),
      health: fc.option(fc.record({ score: fc.integer(), band: text })),
      ideas: fc.array(fc.record({ emoji: text, text, reason: text }), { maxLength: 20 }),
    });
    fc.assert(
      fc.property(card, (one) => {
        expect(checkBlocks(renderMilestoneCard(one))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the alert card', () => {
  const alert: AlertCard = {
    title: 'Health below 40',
    about: 'GrowthCorp',
    what: 'the health score fell below 40',
    value: '38 (was 52 a week ago)',
    rule: 'health_score < 40 on 3 of 5 days',
    receipt: ['health_scores, 2026-01-29', 'built 2026-01-29 06:00 UTC'],
    day: '2026-01-29',
  };

  it('shows what happened, the value, the rule and the receipt', () => {
    const { blocks, text } = renderAlertCard(alert);
    expect(readBlocks(blocks)).toBe(
      `:warning: Alert: Health below 40

GrowthCorp: the health score fell below 40
- Value: 38 (was 52 a week ago)
- Rule: health_score < 40 on 3 of 5 days
- Day: 2026-01-29

Receipt:
- health_scores, 2026-01-29
- built 2026-01-29 06:00 UTC`,
    );
    expect(text).toBe(':warning: Alert: Health below 40: GrowthCorp');
    expect(checkBlocks({ blocks, text })).toEqual([]);
    expect(renderAlertCard({ ...alert, isResolved: true }).text).toContain('Resolved: Health below 40');
  });
});

describe('the digest', () => {
  const build = (n: number, reason: Digest['reason'] = 'storm'): Digest => ({
    reason,
    items: Array.from({ length: n }, (_, index) => ({ kind: 'milestone', line: `Company ${index} & Co` })),
  });

  it('says how many it stands for and why', () => {
    expect(renderDigest(build(12)).text).toContain('12 more milestones');
    expect(readBlocks(renderDigest(build(12)).blocks)).toContain('daily budget');
    expect(renderDigest(build(1, 'daily')).text).toMatch(/ 1 milestone$/);
    const mixed = renderDigest({ reason: 'storm', items: [...build(2).items, { kind: 'alert', line: 'x' }] });
    expect(mixed.text).toContain('2 more milestones and 1 more alert');
  });

  it('stays within Slack’s limits for any number of any lines', () => {
    for (const n of [1, 19, 20, 21, 399, 400, 401, 5000])
      expect(checkBlocks(renderDigest(build(n))), String(n)).toEqual([]);
    const long = Array.from({ length: 400 }, () => ({ kind: 'alert', line: '&'.repeat(5000) }));
    expect(checkBlocks(renderDigest({ reason: 'daily', items: long }))).toEqual([]);
    expect(JSON.stringify(renderDigest(build(401)).blocks)).toContain('and 1 in the inbox');
  });
});

describe('the modals', () => {
  const draft: ModalDraft = {
    milestoneId: GROWTHCORP.milestoneId,
    purpose: 'email',
    customerName: 'GrowthCorp',
    to: 'cto@growthcorp.example',
    subject: 'Congratulations on a million calls',
    text: 'Dear GrowthCorp,\n\nwhat a number.',
    channel: 'DUANA',
    messageTs: '1769688000.000001',
  };

  it('show the draft for editing, within Slack’s limits', () => {
    const view = renderEmailModal(draft);
    expect(checkModal(view)).toEqual([]);
    expect(JSON.stringify(view)).toContain('what a number');
    expect(JSON.parse(view.private_metadata ?? '')).toEqual({
      milestoneId: draft.milestoneId,
      channel: 'DUANA',
      messageTs: '1769688000.000001',
    });
    expect(renderEmailModal({ ...draft, purpose: 'permission' }).callback_id).toBe('milestone_permission');
    const hostile = { ...draft, customerName: '<!channel>'.repeat(500), subject: '&'.repeat(900) };
    expect(checkModal(renderEmailModal({ ...hostile, text: '🏆'.repeat(4000) }))).toEqual([]);
    expect(checkModal(renderEmailModal({ ...draft, subject: '', text: '' }))).toEqual([]);
  });

  it('ask how it was celebrated', () => {
    const view = renderCelebratedModal(draft);
    expect(checkModal(view)).toEqual([]);
    for (const way of Object.keys(CELEBRATION_WAYS)) expect(JSON.stringify(view)).toContain(`"${way}"`);
    expect(checkModal(renderCelebratedModal({ ...draft, customerName: 'x'.repeat(999) }))).toEqual([]);
  });
});
