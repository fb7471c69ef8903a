import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AlertItem,
  defaultNotifySettings,
  type NotifySettings,
  type PlanInput,
  planDeliveries,
  readNotifySettings,
  type Snooze,
  type TeamMember,
} from '../../src/notify/index.ts';
import { ANA, buildItem, buildMember, MAX, OPEN_CHANNELS, THURSDAY } from './workbench.ts';

const NOTHING_BEFORE = { keys: new Set<string>(), singles: [] };

function buildPlanInput(change: Partial<PlanInput> = {}): PlanInput {
  return {
    items: [buildItem('a')],
    members: [ANA, MAX],
    snoozes: [],
    before: NOTHING_BEFORE,
    settings: defaultNotifySettings,
    channels: OPEN_CHANNELS,
    now: Date.parse(THURSDAY),
    ...change,
  };
}

function planOne(change: Partial<PlanInput> = {}) {
  const [row] = planDeliveries(buildPlanInput(change));
  if (row === undefined) throw new Error('nothing was planned');
  return { ...row, deliverAfter: new Date(row.deliverAfter).toISOString() };
}

function readSettings(yaml: string): NotifySettings {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-notify-'));
  const file = path.join(folder, 'notify.yml');
  fs.writeFileSync(file, yaml);
  try {
    return readNotifySettings(file);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

describe('the route', () => {
  const settings = readSettings('slack:\n  fallback_channel: C0FALLBACK\n');
  const routes: readonly (readonly [string, readonly TeamMember[], string, string])[] = [
    ['the CSM', [ANA, MAX], 'UANA', 'CSM of the customer'],
    [
      'the manager of a CSM who left',
      [buildMember('ana', { managerId: 'max', activeTo: '2026-01-28' }), MAX],
      'UMAX',
      'manager of the CSM: the CSM ana left on 2026-01-28',
    ],
    [
      'the CSM on their last day',
      [buildMember('ana', { managerId: 'max', activeTo: '2026-01-29' }), MAX],
      'UANA',
      'CSM of the customer',
    ],
    [
      'the fallback channel when both are gone',
      [
        buildMember('ana', { managerId: 'max', activeFrom: '2026-02-01' }),
        buildMember('max', { activeTo: '2025-12-31' }),
      ],
      'C0FALLBACK',
      'fallback channel: the CSM ana begins on 2026-02-01, and the manager max left on 2025-12-31',
    ],
    [
      'the fallback channel when there is no manager',
      [buildMember('ana', { activeTo: '2026-01-01' })],
      'C0FALLBACK',
      'fallback channel: the CSM ana left on 2026-01-01 and has no manager',
    ],
    [
      'the fallback channel for a CSM nobody knows',
      [MAX],
      'C0FALLBACK',
      'fallback channel: the CSM ana is not in the team',
    ],
  ];
  it.each(routes)('leads to %s', (_, ...[members, address, route]) => {
    expect(planOne({ members, settings })).toMatchObject({ channel: 'slack', address, route });
  });

  it('leads to the fallback channel for a customer without CSM, and to everybody’s inbox without one', () => {
    const items = [buildItem('a', { csmId: null })];
    expect(planOne({ items, settings })).toMatchObject({ address: 'C0FALLBACK', recipientId: null });
    expect(planOne({ items })).toMatchObject({ channel: 'inbox', recipientId: null, state: 'sent' });
  });

  it('takes the best way that is open, and the one somebody wishes', () => {
    expect(planOne({ channels: { slack: false, email: true } })).toMatchObject({
      channel: 'email',
      address: 'ana@tenure.example',
    });
    expect(planOne({ channels: { slack: false, email: false } })).toMatchObject({
      channel: 'inbox',
      recipientId: 'ana',
      state: 'sent',
    });
    // What the data say may be no id and no address.
    expect(planOne({ members: [buildMember('ana', { slackId: '@ana' })] })).toMatchObject({
      channel: 'email',
    });
    expect(planOne({ members: [buildMember('ana', { slackId: '', email: 'ana' })] })).toMatchObject({
      channel: 'inbox',
    });
    const wish = (text: string) => planOne({ settings: readSettings(`people:\n  ana: ${text}\n`) });
    expect(wish('{channel: email}')).toMatchObject({ channel: 'email' });
    expect(wish('{channel: inbox}')).toMatchObject({ channel: 'inbox', state: 'sent' });
    expect(wish('{slack_id: U0OTHER}')).toMatchObject({ channel: 'slack', address: 'U0OTHER' });
    expect(
      planOne({
        settings: readSettings('people: {ana: {channel: email}}'),
        channels: { slack: true, email: false },
      }),
    ).toMatchObject({ channel: 'slack', route: 'CSM of the customer; no email for them, so slack' });
  });
});

describe('working hours', () => {
  const at = (now: string, timezone: string, yaml = '') =>
    planOne({
      now: Date.parse(now),
      members: [buildMember('ana', { timezone })],
      settings: yaml === '' ? defaultNotifySettings : readSettings(yaml),
    }).deliverAfter;

  it.each([
    ['at once within them', '2026-01-29T12:00:00Z', 'UTC', '2026-01-29T12:00:00.000Z'],
    ['at their first minute', '2026-01-29T09:00:00Z', 'UTC', '2026-01-29T09:00:00.000Z'],
    ['in the morning when it is earlier', '2026-01-29T08:59:00Z', 'UTC', '2026-01-29T09:00:00.000Z'],
    ['the next day when they are over', '2026-01-29T17:00:00Z', 'UTC', '2026-01-30T09:00:00.000Z'],
    ['on Monday after Friday', '2026-01-30T20:00:00Z', 'UTC', '2026-02-02T09:00:00.000Z'],
    ['by the clock of Tokyo', '2026-01-29T08:30:00Z', 'Asia/Tokyo', '2026-01-30T00:00:00.000Z'],
    [
      'by the clock of Los Angeles',
      '2026-01-29T12:00:00Z',
      'America/Los_Angeles',
      '2026-01-29T17:00:00.000Z',
    ],
    ['where the hour has a quarter', '2026-01-29T00:00:00Z', 'Asia/Kathmandu', '2026-01-29T03:15:00.000Z'],
    // Clocks go forward in the night to Sunday 29 March 2026: nine o'clock is an hour earlier in UTC on Monday.
    ['across the change to summer time', '2026-03-27T17:00:00Z', 'Europe/Berlin', '2026-03-30T07:00:00.000Z'],
    ['across the change to winter time', '2026-10-23T16:00:00Z', 'Europe/Berlin', '2026-10-26T08:00:00.000Z'],
    [
      'by the settings where the zone is none',
      '2026-01-29T12:00:00Z',
      'Mars/Olympus',
      '2026-01-29T12:00:00.000Z',
    ],
  ])('deliver %s', (_, ...[now, timezone, expected]) => {
    expect(at(now, timezone)).toBe(expected);
  });

  it('of a person are those of everybody where they do not say otherwise', () => {
    const yaml =
      'working_hours: {start: "06:00", weekdays: [friday]}\npeople: {ana: {working_hours: {end: "10:00"}}}\n';
    expect(at('2026-01-29T12:00:00Z', 'UTC', yaml)).toBe('2026-01-30T06:00:00.000Z');
    expect(at('2026-01-30T10:00:00Z', 'UTC', yaml)).toBe('2026-02-06T06:00:00.000Z');
  });

  it('leave out holidays, of everybody and of one', () => {
    const yaml = 'holidays: [2026-01-29]\npeople: {ana: {holidays: [2026-01-30]}}\n';
    expect(at('2026-01-29T12:00:00Z', 'UTC', yaml)).toBe('2026-02-02T09:00:00.000Z');
  });

  it('may lie at the weekend, and in hours that a change of the clocks skips or repeats', () => {
    const nights =
      'working_hours: {start: "02:30", end: "03:30", weekdays: [saturday, sunday]}\ntimezone: Europe/Berlin\n';
    // 02:30 does not exist on 29 March 2026; the clock jumps from 02:00 to 03:00.
    expect(at('2026-03-28T12:00:00Z', '', nights)).toBe('2026-03-29T01:30:00.000Z');
    // 02:30 comes twice on 25 October 2026; the first of them counts.
    expect(at('2026-10-24T12:00:00Z', '', nights)).toBe('2026-10-25T00:30:00.000Z');
  });

  it('hold for any moment, zone and hours', () => {
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Pacific/Chatham',
      'Australia/Lord_Howe',
    ];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 800 * 1440 }),
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 20 }),
        (minute, timezone, start) => {
          const now = Date.parse('2025-06-01T00:00:00Z') + minute * 60_000;
          const settings = readSettings(
            `working_hours: {start: "${String(start).padStart(2, '0')}:00", end: "${start + 3}:59"}`.replace(
              /"(\d):59"/,
              '"0$1:59"',
            ),
          );
          const row = planOne({ now, members: [buildMember('ana', { timezone })], settings });
          const delivered = Date.parse(row.deliverAfter);
          expect(delivered).toBeGreaterThanOrEqual(now);
          expect(delivered - now).toBeLessThan(4 * 86_400_000);
          const shown = new Intl.DateTimeFormat('en-GB', {
            timeZone: timezone,
            weekday: 'short',
            hour: '2-digit',
            hourCycle: 'h23',
          }).formatToParts(delivered);
          const part = (type: string) => shown.find((one) => one.type === type)?.value ?? '';
          expect(['Sat', 'Sun']).not.toContain(part('weekday'));
          expect(Number(part('hour'))).toBeGreaterThanOrEqual(start);
          expect(Number(part('hour'))).toBeLessThanOrEqual(start + 3);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('the daily digest', () => {
  const settings = readSettings(
    'delivery: daily\ndigest_at: "08:30"\ntimezone: UTC\nholidays: [2026-01-30]\n',
  );

  it('holds everything until its time on the next working day', () => {
    expect(planOne({ settings })).toMatchObject({
      state: 'held',
      deliverAfter: '2026-02-02T08:30:00.000Z',
      stateReason: 'daily digest',
    });
    expect(planOne({ settings, now: Date.parse('2026-01-29T08:29:00Z') }).deliverAfter).toBe(
      '2026-01-29T08:30:00.000Z',
    );
    expect(planOne({ settings, now: Date.parse('2026-01-29T08:30:00Z') }).deliverAfter).toBe(
      '2026-02-02T08:30:00.000Z',
    );
  });
});

describe('a snooze', () => {
  const build = (change: Partial<Snooze>): Snooze => ({
    scope: 'member',
    scopeId: 'ana',
    mode: 'delay',
    until: Date.parse('2026-02-03T07:00:00Z'),
    reason: 'on holiday',
    ...change,
  });

  it('of a person delays until it ends, within their hours, and the reason is kept', () => {
    expect(planOne({ snoozes: [build({})] })).toMatchObject({
      state: 'pending',
      deliverAfter: '2026-02-03T09:00:00.000Z',
      stateReason: 'member ana is snoozed until 2026-02-03T07:00:00.000Z: on holiday',
    });
  });

  it('of a customer or a subject drops or delays what is about it, and nothing else', () => {
    const dropped = build({
      scope: 'customer',
      scopeId: 'growthcorp',
      mode: 'drop',
      reason: 'in escalation',
    });
    expect(planOne({ snoozes: [dropped] })).toMatchObject({
      state: 'cancelled',
      stateReason: expect.stringContaining('in escalation'),
    });
    expect(planOne({ snoozes: [build({ scope: 'subject', scopeId: 'subject of a' })] }).deliverAfter).toBe(
      '2026-02-03T09:00:00.000Z',
    );
    for (const other of [
      build({ scope: 'customer', scopeId: 'other' }),
      build({ scopeId: 'max' }),
      build({ until: Date.parse('2026-01-29T11:59:00Z') }),
    ])
      expect(planOne({ snoozes: [other] })).toMatchObject({
        state: 'pending',
        deliverAfter: '2026-01-29T12:00:00.000Z',
      });
  });

  it('that lasts longest counts', () => {
    const longer = build({
      scope: 'customer',
      scopeId: 'growthcorp',
      until: Date.parse('2026-02-10T12:00:00Z'),
    });
    expect(planOne({ snoozes: [build({}), longer] }).deliverAfter).toBe('2026-02-10T12:00:00.000Z');
  });
});

describe('the storm guard', () => {
  const many = (n: number, change: Partial<AlertItem> = {}) =>
    Array.from({ length: n }, (_, index) =>
      buildItem(`key ${String(index).padStart(3, '0')}`, { worth: index, ...change }),
    );

  it('lets the most valuable go singly and holds the rest for one digest', () => {
    const rows = planDeliveries(buildPlanInput({ items: many(22) }));
    const singles = rows.filter(({ state }) => state === 'pending');
    expect(singles.map(({ worth }) => worth)).toEqual([21, 20, 19, 18, 17, 16, 15, 14, 13, 12]);
    const held = rows.filter(({ state }) => state === 'held');
    expect(held).toHaveLength(12);
    expect(new Set(held.map(({ deliverAfter }) => deliverAfter))).toEqual(new Set([Date.parse(THURSDAY)]));
    expect(held[0]?.stateReason).toBe('storm guard: more than 10 on 2026-01-29');
  });

  it('counts what went the same day already', () => {
    const single = { recipient: 'member ana', deliverAfter: Date.parse('2026-01-29T08:00:00Z') };
    const before = (n: number) => ({ keys: new Set<string>(), singles: Array(n).fill(single) });
    const count = (n: number) =>
      planDeliveries(buildPlanInput({ items: many(5), before: before(n) })).filter(
        ({ state }) => state === 'pending',
      ).length;
    expect([count(0), count(7), count(10), count(30)]).toEqual([5, 3, 0, 0]);
    const yesterday = { ...single, deliverAfter: Date.parse('2026-01-28T23:59:00Z') };
    const rows = planDeliveries(
      buildPlanInput({ items: many(5), before: { keys: new Set(), singles: Array(10).fill(yesterday) } }),
    );
    expect(rows.every(({ state }) => state === 'pending')).toBe(true);
  });

  it('leaves what comes after the budget is used up to the next digest, not to one of its own', () => {
    const single = { recipient: 'member ana', deliverAfter: Date.parse('2026-01-29T08:00:00Z') };
    const rows = planDeliveries(
      buildPlanInput({ items: many(1), before: { keys: new Set(), singles: Array(10).fill(single) } }),
    );
    expect(rows[0]).toMatchObject({ state: 'held', deliverAfter: Date.parse('2026-01-30T09:00:00Z') });
  });

  it('is per person, and not for the inbox', () => {
    const items = [
      ...many(10),
      ...many(10, { csmId: 'max' }).map((item) => ({ ...item, dedupeKey: `max ${item.dedupeKey}` })),
    ];
    expect(planDeliveries(buildPlanInput({ items })).every(({ state }) => state === 'pending')).toBe(true);
    const inbox = planDeliveries(
      buildPlanInput({ items: many(30), channels: { slack: false, email: false } }),
    );
    expect(inbox.every(({ state }) => state === 'sent')).toBe(true);
  });

  it('gives the same rows for the same items in any order, however often they are named', () => {
    const items = [...many(15), ...many(5, { csmId: null })];
    const expected = planDeliveries(buildPlanInput({ items: [...items].reverse() }));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(items, { minLength: items.length }),
        fc.subarray(items),
        (shuffled, again) => {
          const rows = planDeliveries(buildPlanInput({ items: [...again, ...shuffled] }));
          const sort = (list: typeof rows) => [...list].sort((a, b) => (a.dedupeKey < b.dedupeKey ? -1 : 1));
          expect(sort(rows).map(({ dedupeKey, state }) => [dedupeKey, state])).toEqual(
            sort(expected).map(({ dedupeKey, state }) => [dedupeKey, state]),
          );
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('notify.yml', () => {
  it('is read as docs/notifications.md shows it', () => {
    const page = fs.readFileSync(
      path.resolve(import.meta.dirname, '..', '..', 'docs', 'notifications.md'),
      'utf8',
    );
    const settings = readSettings(/```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? 'none');
    expect(Object.keys(settings).sort()).toEqual(Object.keys(defaultNotifySettings).sort());
    expect(settings.people['csm-1']).toMatchObject({ delivery: 'daily', digest_at: 510 });
  });

  it('has defaults for everything', () => {
    expect(readSettings('')).toEqual(defaultNotifySettings);
    expect(defaultNotifySettings).toMatchObject({
      daily_budget: 10,
      alert_window_days: 14,
      delivery: 'immediate',
      working_hours: { start: 540, end: 1020, weekdays: [1, 2, 3, 4, 5] },
    });
  });

  it.each([
    ['daily_budget: -1', 1, /daily_budget is -1/],
    ['slack:\n  fallback_chanel: C1', 2, /there is no such setting/],
    ['timezone: Berlin', 1, /timezone is "Berlin": must be an IANA time zone/],
    ['working_hours: {start: "18:00", end: "09:00"}', 1, /must end after it starts/],
    ['people:\n  ana:\n    digest_at: 9', 3, /people.ana.digest_at is 9: must be a time/],
    ['holidays:\n  - 2026-12-25\n  - 2026-02-30', 3, /must be a date/],
    ['email: {from: "a@b.example\\r\\nBcc: c@d.example"}', 1, /must be an e-mail address/],
    ['people: {ana: {channel: fax}}', 1, /must be slack, email or inbox/],
    ['working_hours: {weekdays: []}', 1, /one day at least/],
    [
      'people:\n  ana:\n    working_hours: {start: "18:00"}',
      3,
      /ana.working_hours: must end after it starts/,
    ],
  ])('%j is refused with file, line and value', (yaml, line, problem) => {
    let thrown: unknown;
    try {
      readSettings(yaml);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'DEFINITION_INVALID', details: { line } });
    expect(String(thrown)).toMatch(problem);
    expect((thrown as { fix: string }).fix).not.toBe('');
  });
});
