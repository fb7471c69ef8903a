import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Celebration,
  type CelebrationState,
  type Celebrations,
  fetchLastAsked,
  openCelebrations,
} from '../../src/celebrations/index.ts';
import { type Engine, openDuckdb } from '../../src/engines/index.ts';
import { readPack } from './packs.ts';
import {
  ACTORS,
  addDefinition,
  addMilestone,
  buildTickingClock,
  fetchError,
  GROWTH_CORP,
  openMemoryState,
  writeSchema,
} from './workbench.ts';

const { DANA, EVE, WORKER } = ACTORS;
const templates = readPack();

describe('a celebration', () => {
  let state: Engine;
  let celebrations: Celebrations;
  let milestoneId: string;

  beforeEach(async () => {
    state = await openMemoryState();
    await addDefinition(state, { name: '1 Million API Calls' });
    milestoneId = await addMilestone(state, { customer: 'growth', definition: '1 Million API Calls' });
    const clock = buildTickingClock('2026-01-30T08:00:00Z');
    celebrations = openCelebrations({ state, templates, clock });
  });
  afterEach(() => state.close());

  const draft = (kind: 'email' | 'social' | 'gift' | 'case_study' = 'email') =>
    celebrations.draft({ milestoneId, actor: DANA, kind, customer: GROWTH_CORP });
  const approve = (revision = 1) => celebrations.approve({ milestoneId, actor: EVE, revision });
  const fetchMark = async () => {
    const [row] = await state.query(
      'select celebrated, celebrated_at, celebration_type, notes from customer_milestones',
    );
    return Object.values(row ?? {});
  };
  const listMoves = async () =>
    (await celebrations.fetchSteps(milestoneId)).map(
      ({ step, actor, fromState, toState }) => `${step} ${actor}: ${fromState} → ${toState}`,
    );

  it('goes from the idea to the message that left, with its history and the columns of the milestone', async () => {
    expect(await celebrations.suggest({ milestoneId, actor: WORKER })).toMatchObject({ state: 'suggested' });
    const drafted = await draft();
    expect(drafted).toMatchObject({
      state: 'drafted',
      revision: 1,
      recipientAddress: 'ines@growth.example',
      subject: 'Congratulations, GrowthCorp: 1 Million API Calls',
    });
    expect(await fetchMark()).toEqual([false, null, null, null]);
    await approve();
    const message = await celebrations.fetchApproved(milestoneId);
    expect(message).toMatchObject({
      recipient: { name: 'Ines Roth', address: 'ines@growth.example' },
      subject: drafted.subject,
      text: drafted.text,
      html: drafted.html,
      approvedBy: 'Eve',
    });
    const sent = await celebrations.markSent({ milestoneId, actor: WORKER });
    expect(sent).toMatchObject({ state: 'sent', celebrationType: 'email', celebratedBy: 'Eve' });
    expect(await fetchMark()).toEqual([true, sent.sentAt, 'email', null]);
    expect(await listMoves()).toEqual([
      '1 outbox: null → suggested',
      '2 Dana: suggested → drafted',
      '3 Eve: drafted → approved',
      '4 outbox: approved → sent',
    ]);
    expect(await celebrations.list({ states: ['sent'], limit: 10 })).toEqual([sent]);
    expect(await celebrations.list({ states: ['approved'], limit: 10 })).toEqual([]);
  });

  it('changes nothing when a move is repeated', async () => {
    const repeat = async (work: () => Promise<Celebration>) => {
      const first = await work();
      const steps = await celebrations.fetchSteps(milestoneId);
      expect(await work()).toEqual(first);
      expect(await celebrations.fetchSteps(milestoneId)).toEqual(steps);
    };
    await repeat(() => celebrations.suggest({ milestoneId, actor: WORKER }));
    await repeat(() => draft());
    await repeat(() => celebrations.edit({ milestoneId, actor: DANA, edit: { text: 'Well done!' } }));
    await repeat(() => draft());
    expect((await celebrations.fetch(milestoneId))?.text).toBe('Well done!');
    await repeat(() => approve(2));
    await repeat(() => celebrations.markUncertain({ milestoneId, actor: WORKER }));
    await repeat(() => celebrations.markSent({ milestoneId, actor: DANA }));
    await repeat(() => approve(2));
  });

  it('keeps every version of the words, and an edit after the approval takes it back', async () => {
    await draft();
    await approve();
    const same = await celebrations.fetch(milestoneId);
    expect(
      await celebrations.edit({ milestoneId, actor: DANA, edit: { subject: same?.subject ?? '' } }),
    ).toEqual(same);
    const edited = await celebrations.edit({
      milestoneId,
      actor: DANA,
      edit: { text: 'Well done,\r\nall of <you>!\n\nDana' },
    });
    expect(edited).toMatchObject({
      state: 'drafted',
      revision: 2,
      approvedBy: null,
      text: 'Well done,\nall of <you>!\n\nDana',
      html: '<p>Well done,<br>\nall of &lt;you&gt;!</p>\n<p>Dana</p>',
    });
    expect(await fetchError(celebrations.fetchApproved(milestoneId))).toContain(
      'CELEBRATION_MOVE_ILLEGAL: The celebration of milestone',
    );
    expect(await fetchError(approve(1))).toContain('it is at revision 2, not 1.');
    await approve(2);
    const texts = (await celebrations.fetchSteps(milestoneId)).map(({ text }) => text?.slice(0, 9) ?? null);
    expect(texts).toEqual([null, 'Hi Ines,\n', null, 'Well done', null]);
  });

  it('is approved only by a person, and only where there is an address', async () => {
    await draft();
    expect(await fetchError(celebrations.approve({ milestoneId, revision: 1, actor: WORKER }))).toBe(
      'CELEBRATION_NEEDS_PERSON: Approving a message is for a person to decide, not for outbox. Let somebody of the team do it under their own name.',
    );
    const nobody = { kind: 'person', name: ' ' } as const;
    expect(await fetchError(celebrations.approve({ milestoneId, revision: 1, actor: nobody }))).toContain(
      'CELEBRATION_NEEDS_PERSON',
    );
    await celebrations.edit({
      milestoneId,
      actor: DANA,
      edit: { recipient: { name: 'Ines', address: null } },
    });
    const adminUsers = ['u1', 'u2'];
    expect(await fetchError(celebrations.approve({ milestoneId, actor: EVE, revision: 2, adminUsers }))).toBe(
      'CELEBRATION_ADDRESS_MISSING: There is no address on file for growth. Fill contact_email of the customer and load it, or give the draft a recipient. Their admins in the product, who may know: u1, u2.',
    );
  });

  it('never goes to another customer', async () => {
    const customer = { ...GROWTH_CORP, customerId: 'other' };
    expect(
      await fetchError(celebrations.draft({ milestoneId, actor: DANA, kind: 'email', customer })),
    ).toContain('cannot be written: it is of growth, not of other.');
  });

  it('never invents an address', async () => {
    for (const contactEmail of [
      null,
      '',
      'ines at growth',
      'a@b',
      'a@b.c\r\nBcc: all@x.example',
      'a@x.example, b@x.example',
    ]) {
      const customer = { ...GROWTH_CORP, customerId: 'other', contactEmail };
      const definition = '1 Million API Calls';
      const id = await addMilestone(state, {
        customer: 'other',
        definition,
        occurrence: String(contactEmail),
      });
      const drafted = await celebrations.draft({ milestoneId: id, actor: DANA, kind: 'email', customer });
      expect(drafted.recipientAddress).toBeNull();
    }
  });

  it('refuses words that still hold a field, no words, and what is no address', async () => {
    await draft();
    const edit = (change: object) =>
      fetchError(celebrations.edit({ milestoneId, actor: DANA, edit: change }));
    expect(await edit({ text: 'Hi {{first_name}}' })).toContain('unfilled field, {{first_name.');
    expect(await edit({ subject: '{% if x %}' })).toContain('CELEBRATION_INVALID');
    expect(await edit({ text: '  ' })).toContain('subject and text may not be empty.');
    expect(await edit({ recipient: { name: null, address: 'ines' } })).toContain(
      '"ines" is no e-mail address.',
    );
    await celebrations.edit({ milestoneId, actor: DANA, edit: { subject: `a\r\nBcc: x${'y'.repeat(300)}` } });
    const { subject } = (await celebrations.fetch(milestoneId)) as Celebration;
    expect(subject).toMatch(/^a Bcc: xy+…$/);
    expect(subject).toHaveLength(200);
  });

  it('says of an illegal move which are allowed', async () => {
    expect(await fetchError(approve())).toBe(
      `CELEBRATION_MOVE_ILLEGAL: The celebration of milestone ${milestoneId} is suggested; it cannot be approved from there. From suggested it can be: drafted, marked as celebrated, skipped.`,
    );
    // What was refused left nothing behind.
    expect(await celebrations.fetch(milestoneId)).toBeNull();
    await draft();
    await approve();
    await celebrations.markSent({ milestoneId, actor: WORKER });
    expect(await fetchError(draft('gift'))).toContain('From sent it can be: marked as celebrated.');
    expect(await fetchError(celebrations.skip({ milestoneId, actor: DANA, reason: 'late' }))).toContain(
      'is sent; it cannot be skipped',
    );
    expect(await fetchError(celebrations.fetchApproved(milestoneId))).toContain('it cannot be sent');
    expect(await fetchError(celebrations.suggest({ milestoneId: 'x', actor: DANA }))).toContain(
      'CELEBRATION_MILESTONE_UNKNOWN: There is no milestone x.',
    );
  });

  it('may be skipped with a reason, and taken up again', async () => {
    await draft();
    expect(await fetchError(celebrations.skip({ milestoneId, actor: DANA, reason: ' ' }))).toContain(
      'skipping needs a reason',
    );
    await celebrations.skip({ milestoneId, actor: DANA, reason: 'They are in the middle of an outage' });
    expect(await fetchMark()).toEqual([false, null, null, 'They are in the middle of an outage']);
    expect(await draft()).toMatchObject({ state: 'drafted', skippedReason: null, revision: 2 });
    expect(await fetchMark()).toEqual([false, null, null, null]);
  });

  it('may be celebrated in another way, and keeps the first one', async () => {
    const mark = (how: 'call' | 'gift', note?: string) =>
      celebrations.markCelebrated({ milestoneId, actor: DANA, how, note });
    const celebrated = await mark('call', 'Half an hour, they were glad');
    expect(await fetchMark()).toEqual([
      true,
      celebrated.celebratedAt,
      'call',
      'Half an hour, they were glad',
    ]);
    await mark('gift', 'Sent a cake, too');
    await mark('gift', 'Sent a cake, too');
    await mark('gift');
    expect(await fetchMark()).toEqual([
      true,
      celebrated.celebratedAt,
      'call',
      'Half an hour, they were glad\nSent a cake, too',
    ]);
    expect(await listMoves()).toHaveLength(3);
  });

  it('whose mail may be lost waits for a person', async () => {
    await draft('case_study');
    expect(await fetchLastAsked(state)).toEqual(new Map());
    await approve();
    await celebrations.markUncertain({ milestoneId, actor: WORKER });
    expect(await fetchError(celebrations.fetchApproved(milestoneId))).toContain('is uncertain');
    expect(await fetchError(celebrations.retry({ milestoneId, actor: WORKER }))).toContain('NEEDS_PERSON');
    await celebrations.retry({ milestoneId, actor: DANA });
    expect((await celebrations.fetchApproved(milestoneId)).subject).toBe('Would GrowthCorp tell its story?');
    await celebrations.markSent({ milestoneId, actor: WORKER });
    expect(await fetchLastAsked(state)).toEqual(new Map([['growth', '2026-01-30']]));
  });

  it('of a revoked milestone is not written about, but may be skipped', async () => {
    const id = await addMilestone(state, {
      customer: 'other',
      definition: '1 Million API Calls',
      revokedReason: 'The events were loaded twice.',
    });
    const request = { milestoneId: id, actor: DANA };
    expect(
      await fetchError(celebrations.draft({ ...request, kind: 'email', customer: GROWTH_CORP })),
    ).toContain('was revoked: The events were loaded twice.');
    await draft();
    await approve();
    await state.execute(
      "update customer_milestones set revoked_at = detected_at where customer_id = 'growth'",
    );
    expect(await fetchError(celebrations.fetchApproved(milestoneId))).toContain('no reason was given.');
    expect(await celebrations.skip({ ...request, reason: 'revoked' })).toMatchObject({ state: 'skipped' });
  });

  it('takes the words its definition brings', async () => {
    const template = 'Subject: Hurray, {{ company }}\nHi {{ first_name }}, what a week!';
    await addDefinition(state, { name: 'First integration', template });
    const id = await addMilestone(state, { customer: 'growth', definition: 'First integration' });
    const request = { milestoneId: id, actor: DANA, customer: GROWTH_CORP } as const;
    expect(await celebrations.draft({ ...request, kind: 'email' })).toMatchObject({
      subject: 'Hurray, GrowthCorp',
      text: 'Hi Ines, what a week!',
      html: '<p>Hi Ines, what a week!</p>',
    });
    expect((await celebrations.draft({ ...request, kind: 'gift' })).subject).toBe(
      'A small thank-you for GrowthCorp',
    );
  });

  it('is approved once by two at once', async () => {
    await draft();
    const both = await Promise.all([
      celebrations.approve({ milestoneId, actor: DANA, revision: 1 }),
      celebrations.approve({ milestoneId, actor: EVE, revision: 1 }),
    ]);
    expect(both[0]).toEqual(both[1]);
    expect(await celebrations.fetchSteps(milestoneId)).toHaveLength(3);
  });

  it('never leaves the way from one state to the next, whatever is tried', async () => {
    const allowed = new Set(
      [
        'suggested drafted|celebrated|skipped',
        'drafted drafted|approved|celebrated|skipped',
        'approved drafted|uncertain|sent|celebrated|skipped',
        'uncertain approved|sent|celebrated',
        'sent sent',
        'celebrated celebrated',
        'skipped drafted|celebrated',
      ].flatMap((line) => {
        const [from = '', to = ''] = line.split(' ');
        return to.split('|').map((next) => `${from} ${next}`);
      }),
    );
    const request = { milestoneId: '', actor: DANA };
    let revision = 0;
    const moves: Readonly<Record<string, (of: typeof request) => Promise<Celebration>>> = {
      draft: (of) => celebrations.draft({ ...of, kind: 'email', customer: GROWTH_CORP }),
      gift: (of) => celebrations.draft({ ...of, kind: 'gift', customer: GROWTH_CORP }),
      edit: (of) => celebrations.edit({ ...of, edit: { text: `Version ${revision++}` } }),
      approve: async (of) => {
        const current = await celebrations.fetch(of.milestoneId);
        return celebrations.approve({ ...of, revision: current?.revision ?? 0 });
      },
      markSent: (of) => celebrations.markSent(of),
      markUncertain: (of) => celebrations.markUncertain(of),
      retry: (of) => celebrations.retry(of),
      call: (of) => celebrations.markCelebrated({ ...of, how: 'call', note: `Call ${revision++}` }),
      skip: (of) => celebrations.skip({ ...of, reason: 'no' }),
      withdraw: (of) => celebrations.withdraw({ ...of, reason: 'revoked' }),
    };
    const names = fc.array(fc.constantFrom(...Object.keys(moves)), { minLength: 1, maxLength: 12 });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(names, async (tried) => {
        run += 1;
        const definition = '1 Million API Calls';
        const id = await addMilestone(state, { customer: 'growth', definition, occurrence: `run ${run}` });
        for (const name of tried) {
          const before = await celebrations.fetch(id);
          const error = await fetchError(
            moves[name]?.({ milestoneId: id, actor: DANA }) ?? Promise.resolve(),
          );
          const after = await celebrations.fetch(id);
          if (error !== 'nothing was thrown') {
            expect(error).toMatch(/^CELEBRATION_/);
            expect(after).toEqual(before);
          } else if (before !== null && JSON.stringify(before) !== JSON.stringify(after)) {
            expect(allowed).toContain(`${before.state} ${after?.state}`);
            expect(after?.version).toBe(before.version + 1);
          }
          if (after?.state === 'sent') expect(after.approvedBy).not.toBeNull();
          const marked = (await celebrations.fetchMilestone(id))?.isCelebrated;
          const ends: readonly (CelebrationState | undefined)[] = ['sent', 'celebrated'];
          expect(marked).toBe(ends.includes(after?.state));
        }
      }),
      { numRuns: 15 },
    );
  });
});

describe('two connections to one file', () => {
  it('approve once between them', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-'));
    const state = await openDuckdb({ path: path.join(folder, 'state.duckdb'), alias: 'state' });
    await writeSchema(state);
    await addDefinition(state, { name: 'x' });
    const milestoneId = await addMilestone(state, { customer: 'growth', definition: 'x' });
    const clock = buildTickingClock('2026-01-30T08:00:00Z');
    const all = await Promise.all(
      [1, 2, 3].map(async () => openCelebrations({ state: await state.connect(), templates, clock })),
    );
    await Promise.all(
      all.map((one) => one.draft({ milestoneId, actor: DANA, kind: 'email', customer: GROWTH_CORP })),
    );
    const approved = await Promise.all(
      all.map((one) => one.approve({ milestoneId, actor: EVE, revision: 1 })),
    );
    expect(new Set(approved.map((one) => JSON.stringify(one))).size).toBe(1);
    expect((await all[0]?.fetchSteps(milestoneId))?.map(({ toState }) => toState)).toEqual([
      'suggested',
      'drafted',
      'approved',
    ]);
    await state.close();
    fs.rmSync(folder, { recursive: true });
  });
});
