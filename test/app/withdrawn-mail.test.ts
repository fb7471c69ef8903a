import { beforeEach, describe, expect, it } from 'vitest';
import {
  followCelebrated,
  followEmails,
  type MailDesk,
  sendApproved,
  withdrawEmails,
} from '../../src/app/celebration-mail.ts';
import { openCelebrations } from '../../src/celebrations/index.ts';
import {
  enqueueAlerts,
  enqueueEmail,
  fetchCards,
  listNotifications,
  renderMilestoneText,
} from '../../src/notify/index.ts';
import { readPack } from '../celebrations/packs.ts';
import { ACTORS, addDefinition, addMilestone, GROWTH_CORP } from '../celebrations/workbench.ts';
import { openBench } from '../notify/bench.ts';
import { buildInput, buildItem, GROWTHCORP } from '../notify/workbench.ts';

const { DANA } = ACTORS;

describe('an approved e-mail that waits', () => {
  const bench = openBench({ slack: false, mail: true });
  const { clock } = bench;
  let desk: MailDesk;
  let milestoneId: string;

  beforeEach(async () => {
    const state = bench.engine;
    desk = {
      state,
      celebrations: openCelebrations({ state, templates: readPack(), clock }),
      ...bench.writing,
    };
    await addDefinition(state, { name: 'x' });
    milestoneId = await addMilestone(state, { customer: 'growth', definition: 'x' });
    const content = { kind: 'milestone' as const, card: { ...GROWTHCORP, milestoneId } };
    const item = buildItem(`milestone:${milestoneId}`, { subjectId: milestoneId, content });
    await enqueueAlerts(state, buildInput([item]), desk);
  });

  const approve = async () => {
    const { celebrations } = desk;
    const draft = await celebrations.draft({
      milestoneId,
      actor: DANA,
      kind: 'email',
      customer: GROWTH_CORP,
    });
    clock.pass(1);
    await sendApproved(
      desk,
      await celebrations.approve({ milestoneId, actor: DANA, revision: draft.revision }),
    );
  };
  /** What a round of the service does. */
  const deliver = async () => {
    await withdrawEmails(desk);
    const report = await bench.run();
    await followEmails(desk);
    return report;
  };
  const listEmails = async () =>
    (await listNotifications(bench.engine, { kind: 'email', limit: 10 })).map((row) => [
      row.state,
      row.stateReason,
    ]);
  const readCard = async () => {
    const [card] = await fetchCards(bench.engine, milestoneId);
    return card?.content.kind === 'milestone' ? renderMilestoneText(card.content.card) : '';
  };
  const revoke = (reason: string | null) =>
    bench.engine.execute(
      `update customer_milestones set revoked_at = case when $1 is null then null else now() end, revoked_reason = $1`,
      [reason],
    );

  it('offers no second message on the card, and goes out', async () => {
    await approve();
    expect(await readCard()).toContain('Celebration email: approved, on its way, Dana');
    expect(await readCard()).toMatch(/\n\n\[Mark Celebrated\]$/);
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(await readCard()).toMatch(/Celebration email: sent, Dana[^[]*\n\n\[Mark Celebrated\]$/);
  });

  it.each([['at once'], ['by the next round, where it was cut short']])(
    'is taken back %s when the milestone was celebrated in another way',
    async (when) => {
      await approve();
      const celebrated = await desk.celebrations.markCelebrated({ milestoneId, actor: DANA, how: 'call' });
      if (when === 'at once') await followCelebrated(desk, celebrated);
      expect(await deliver()).toMatchObject({ sent: 0 });
      expect(bench.mail.mails).toEqual([]);
      expect(await listEmails()).toEqual([
        ['cancelled', 'Dana celebrated the milestone in another way: Call'],
      ]);
      expect(await readCard()).toMatch(/Done:\n- Celebrated: Call, Dana, Jan 29, 2026$/);
    },
  );

  it('is taken back when the milestone is skipped; what is drafted after all goes', async () => {
    await approve();
    await desk.celebrations.skip({ milestoneId, actor: DANA, reason: 'They asked us not to' });
    expect(await withdrawEmails(desk, milestoneId)).toBe(1);
    expect(await listEmails()).toEqual([['cancelled', 'Dana skipped the milestone: They asked us not to']]);
    expect(await readCard()).toMatch(
      /\[Send Celebration Email\] \[Request Social Permission\] \[Mark Celebrated\]$/,
    );
    await approve();
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(bench.mail.mails).toHaveLength(1);
  });

  it('in words that were changed is taken back: the customer gets what was approved last, once', async () => {
    await approve();
    const edit = { subject: 'Better' };
    const { revision } = await desk.celebrations.edit({ milestoneId, actor: DANA, edit });
    clock.pass(1);
    const again = await desk.celebrations.approve({ milestoneId, actor: DANA, revision });
    await sendApproved(desk, again);
    expect(await deliver()).toMatchObject({ sent: 1 });
    expect(bench.mail.mails.map(({ raw }) => /^Subject: (.*)$/m.exec(raw)?.[1]?.trim())).toEqual(['Better']);
    expect((await listEmails()).map(([one]) => one).sort()).toEqual(['cancelled', 'sent']);
    expect(await readCard()).toContain('Celebration email: sent, Dana');
  });

  it('is taken back when the milestone is revoked; approved again after it came back, it goes', async () => {
    await approve();
    await revoke('the data changed');
    expect(await deliver()).toMatchObject({ sent: 0 });
    expect(await listEmails()).toEqual([['cancelled', 'the milestone was revoked: the data changed']]);
    expect(await desk.celebrations.fetch(milestoneId)).toMatchObject({ state: 'drafted', revision: 2 });
    await revoke(null);
    expect(await deliver()).toMatchObject({ sent: 0 });
    await approve();
    expect(await deliver()).toMatchObject({ sent: 1 });
  });

  it('and was never written is not, for a milestone that was revoked', async () => {
    const { celebrations } = desk;
    await celebrations.draft({ milestoneId, actor: DANA, kind: 'email', customer: GROWTH_CORP });
    await celebrations.approve({ milestoneId, actor: DANA, revision: 1 });
    await revoke('the data changed');
    clock.pass(120);
    await deliver();
    expect(await listEmails()).toEqual([]);
    expect(await celebrations.fetch(milestoneId)).toMatchObject({ state: 'drafted' });
  });

  it('of nobody’s celebration is left alone', async () => {
    const email = { to: 'ines@growth.example', subject: 'Hi', text: 'Hi', html: '<p>Hi</p>' };
    for (const subjectId of [null, 'something', milestoneId])
      await enqueueEmail(
        bench.engine,
        { dedupeKey: `own ${subjectId}`, customerId: null, subjectId, email },
        desk,
      );
    expect(await deliver()).toMatchObject({ sent: 3 });
  });
});
