import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DuckdbEngine } from '../../src/engines/index.ts';
import {
  type Interaction,
  openModal,
  parseInteraction,
  recordInteraction,
  renderCelebratedModal,
  verifySlackSignature,
} from '../../src/notify/index.ts';
import { openSlackServer, type SlackServer } from './slack-server.ts';
import { buildMovingClock, openPorts, openState, THURSDAY } from './workbench.ts';

const clock = buildMovingClock(THURSDAY);
const secret = '8f742231b10e8888abcd99yyyzzz85a5';

describe('the signature of Slack', () => {
  const seconds = String(clock.now() / 1000);
  const body = 'payload=%7B%22type%22%3A%22block_actions%22%7D';
  const sign = (timestamp: string, text: string, key = secret) =>
    `v0=${createHmac('sha256', key).update(`v0:${timestamp}:${text}`).digest('hex')}`;
  const request = { secret, timestamp: seconds, signature: sign(seconds, body), body, now: clock.now() };

  it('is accepted within five minutes', () => {
    expect(verifySlackSignature(request)).toBe(true);
    expect(verifySlackSignature({ ...request, body: Buffer.from(body) })).toBe(true);
    expect(verifySlackSignature({ ...request, now: clock.now() + 299_000 })).toBe(true);
  });

  it('of Slack’s own documentation is accepted', () => {
    const example =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
    expect(
      verifySlackSignature({
        secret: '8f742231b10e8888abcd99yyyzzz85a5',
        timestamp: '1531420618',
        signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
        body: example,
        now: 1_531_420_618_000,
      }),
    ).toBe(true);
  });

  it.each([
    ['that is older', { now: clock.now() + 301_000 }],
    ['from the future', { now: clock.now() - 301_000 }],
    ['of another body', { body: `${body}x` }],
    ['of another secret', { signature: sign(seconds, body, 'another') }],
    ['of another time', { timestamp: String(Number(seconds) + 1) }],
    ['that is missing', { signature: undefined }],
    ['without a time', { timestamp: undefined }],
    ['with a time that is no number', { timestamp: 'NaN' }],
    ['that is too short', { signature: 'v0=ab' }],
    ['of another version', { signature: sign(seconds, body).replace('v0', 'v1') }],
    ['when no secret is set', { secret: '', signature: sign(seconds, body, '') }],
  ])('%s is refused', (_, change) => {
    expect(verifySlackSignature({ ...request, ...change })).toBe(false);
  });
});

const encode = (payload: unknown) => new URLSearchParams({ payload: JSON.stringify(payload) }).toString();

const CLICK = {
  type: 'block_actions',
  user: { id: 'UANA', username: 'ana', team_id: 'T1' },
  trigger_id: '1.2.abc',
  channel: { id: 'DUANA', name: 'directmessage' },
  message: { ts: '1769688000.000001' },
  actions: [
    {
      type: 'button',
      action_id: 'milestone_celebrated',
      block_id: 'actions',
      value: 'm-1',
      action_ts: '1769688001.250000',
    },
  ],
};

const SUBMISSION = {
  type: 'view_submission',
  user: { id: 'UANA', name: 'ana' },
  trigger_id: '1.2.def',
  view: {
    id: 'V1',
    callback_id: 'milestone_celebrated',
    private_metadata: renderCelebratedModal({
      milestoneId: 'm-1',
      customerName: 'GrowthCorp',
      channel: 'DUANA',
      messageTs: '1769688000.000001',
    }).private_metadata,
    state: {
      values: {
        how: { how: { type: 'static_select', selected_option: { value: 'gift' } } },
        note: { note: { type: 'plain_text_input', value: null } },
      },
    },
  },
};

describe('an interaction', () => {
  it('is read from a click and from a submission', () => {
    expect(parseInteraction(encode(CLICK))).toEqual({
      kind: 'action',
      action: 'milestone_celebrated',
      milestoneId: 'm-1',
      user: { id: 'UANA', name: 'ana' },
      channel: 'DUANA',
      messageTs: '1769688000.000001',
      triggerId: '1.2.abc',
      actionTs: '1769688001.250000',
      revision: null,
      viewId: null,
      values: {},
    } satisfies Interaction);
    expect(parseInteraction(encode(SUBMISSION))).toMatchObject({
      kind: 'submission',
      action: 'milestone_celebrated',
      milestoneId: 'm-1',
      channel: 'DUANA',
      messageTs: '1769688000.000001',
      viewId: 'V1',
      values: { how: 'gift', note: '' },
    });
  });

  it.each([
    ['', 'it has no payload'],
    ['payload=nonsense', 'not JSON'],
    [encode({ type: 'shortcut' }), 'type'],
    [encode({ ...CLICK, actions: [] }), 'actions'],
    [encode({ ...CLICK, user: {} }), 'user.id'],
    [encode({ ...SUBMISSION, view: { ...SUBMISSION.view, private_metadata: '[1' } }), 'not JSON'],
    [
      encode({ ...SUBMISSION, view: { ...SUBMISSION.view, private_metadata: '{"milestoneId": 1}' } }),
      'metadata',
    ],
  ])('%j is refused', (body, problem) => {
    let thrown: unknown;
    try {
      parseInteraction(body);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'INTERACTION_INVALID' });
    expect(String(thrown)).toContain(problem);
  });
});

describe('recording it', () => {
  let engine: DuckdbEngine;
  beforeAll(async () => {
    engine = await openState();
  });
  afterAll(() => engine.close());
  const record = (payload: unknown) =>
    recordInteraction(engine, parseInteraction(encode(payload)), { clock });
  const clickAt = (actionTs: string, change: object = {}) => ({
    ...CLICK,
    ...change,
    actions: [{ ...CLICK.actions[0], action_ts: actionTs }],
  });

  it('says once that it is the first: not for what Slack sends again, nor for a double click', async () => {
    expect(await record(CLICK)).toBe(true);
    expect(await record(CLICK)).toBe(false);
    expect(await record(clickAt('1769688001.900000'))).toBe(false);
    // On the other side of a border between two windows of two seconds.
    expect(await record(clickAt('1769688002.900000'))).toBe(false);
    expect(await record(clickAt('1769688009.000000'))).toBe(true);
    expect(await record(clickAt('1769688009.000000', { user: { id: 'UMAX' } }))).toBe(true);
  });

  it('takes the submission of a modal once', async () => {
    expect(await record(SUBMISSION)).toBe(true);
    expect(await record(SUBMISSION)).toBe(false);
    expect(await record({ ...SUBMISSION, view: { ...SUBMISSION.view, id: 'V2' } })).toBe(true);
  });
});

describe('opening a modal', () => {
  let server: SlackServer;
  beforeAll(async () => {
    server = await openSlackServer(clock.now);
  });
  afterAll(() => server.close());

  it('shows it, or says why not', async () => {
    const { slack } = openPorts({ slackUrl: server.url, mailPort: null });
    if (slack === null) throw new Error('no port');
    const view = renderCelebratedModal({ milestoneId: 'm-1', customerName: 'GrowthCorp' });
    expect(await openModal(slack, '1.2.abc', view)).toBeNull();
    expect(server.views).toEqual([view]);
    expect(await openModal(slack, 'expired', view)).toBe('expired_trigger_id');
  });
});
