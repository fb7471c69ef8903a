import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServing, openTenure, writeWorkspace } from '../../src/app/index.ts';
import { buildFixedClock, systemIds } from '../../src/base/index.ts';
import { type HttpServer, openHttp } from '../../src/http/index.ts';
import { buildClick, postInteraction, SECRET, type Wrong } from './slack-client.ts';

const clock = buildFixedClock('2026-03-19T12:00:00Z');
const CLICK = buildClick('milestone_email', '7b7e4f3a-0f6e-4c5e-9a55-0d6f1f0f7a01', { clock });

async function openServed(environment: Record<string, string>) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-http-'));
  writeWorkspace(folder);
  const notes: string[] = [];
  const serving = await openServing(
    { folder, clock, environment },
    { intervalSeconds: 3600, note: (text) => void notes.push(text) },
  );
  const tenure = openTenure({ folder, clock, shared: serving.shared });
  const note = (text: string) => void notes.push(text);
  const listen = (host: string, port = 0) =>
    openHttp({ tenure, service: serving }, { host, port, ids: systemIds, note });
  return { folder, serving, tenure, notes, listen };
}

describe('requests of Slack over HTTP', () => {
  let served: Awaited<ReturnType<typeof openServed>>;
  let http: HttpServer;
  const post = (payload: unknown, wrong: Wrong = {}) => postInteraction(http.url, payload, { clock, wrong });
  beforeAll(async () => {
    served = await openServed({ SLACK_SIGNING_SECRET: SECRET });
    http = await served.listen('127.0.0.1');
  });
  afterAll(async () => {
    await http.close();
    await served.serving.close();
    fs.rmSync(served.folder, { recursive: true, force: true });
  });

  it('that are signed are taken, and the service says that it is there', async () => {
    expect(await post(CLICK)).toEqual({ status: 200, body: '' });
    const health = await fetch(`${http.url}/health`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    expect((await fetch(`${http.url}/elsewhere`)).status).toBe(404);
    expect((await fetch(`${http.url}/slack/interactions`)).status).toBe(404);
  });

  it.each<[string, Wrong]>([
    ['of another secret', { secret: 'another' }],
    ['that are old', { secondsAgo: 301 }],
    ['from the future', { secondsAgo: -301 }],
    ['with another body', { body: 'payload=%7B%7D' }],
    ['with no body', { body: '' }],
  ])('%s are refused', async (_, wrong) => {
    expect(await post(CLICK, wrong)).toEqual({ status: 401, body: '' });
  });

  it('without a signature are refused', async () => {
    const response = await fetch(`${http.url}/slack/interactions`, { method: 'POST', body: 'payload={}' });
    expect(response.status).toBe(401);
  });

  it('that are too large are refused before they are read', async () => {
    const body = `payload=${'x'.repeat(1024 * 1024)}`;
    expect((await post(CLICK, { body })).status).toBe(413);
    // In parts, with no length before them.
    const parts = new ReadableStream({
      start(controller) {
        for (let part = 0; part < 20; part += 1) controller.enqueue(new Uint8Array(64 * 1024));
        controller.close();
      },
    });
    const request = { method: 'POST', body: parts, duplex: 'half' } as RequestInit;
    expect((await fetch(`${http.url}/slack/interactions`, request)).status).toBe(413);
  });

  it.each<[string, unknown, Wrong]>([
    ['that are not form-encoded', CLICK, { contentType: 'application/json' }],
    ['that are no interaction', { type: 'block_actions' }, {}],
    ['of another kind', { type: 'shortcut', user: { id: 'U1' } }, {}],
    ['about no milestone', { ...CLICK, actions: [{ action_id: 'milestone_email' }] }, {}],
  ])('%s are nonsense', async (_, payload, wrong) => {
    expect(await post(payload, wrong)).toEqual({ status: 400, body: '' });
  });

  it('about a button that is not ours are taken and left alone', async () => {
    expect((await post({ ...CLICK, actions: [{ action_id: 'other' }] })).status).toBe(200);
  });

  it('that can only be refused by a person’s modal say why in it', async () => {
    const values = { how: { how: { selected_option: { value: 'call' } } } };
    const metadata = JSON.stringify({ milestoneId: '7b7e4f3a-0f6e-4c5e-9a55-0d6f1f0f7a01' });
    const view = {
      id: 'V1',
      callback_id: 'milestone_celebrated',
      private_metadata: metadata,
      state: { values },
    };
    const { status, body } = await post({ type: 'view_submission', user: CLICK.user, view });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      response_action: 'errors',
      errors: { how: expect.stringContaining('There is no milestone') },
    });
  });

  it('does not listen where somebody does already', async () => {
    const port = Number(new URL(http.url).port);
    await expect(served.listen('127.0.0.1', port)).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
    });
  });
});

describe('without a signing secret', () => {
  it('nothing of Slack is taken', async () => {
    const { folder, serving, listen } = await openServed({});
    const http = await listen('localhost');
    expect((await postInteraction(http.url, CLICK, { clock, wrong: { secret: '' } })).status).toBe(404);
    await http.close();
    await serving.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });
});

describe('without a key', () => {
  it('no other machine is listened to', async () => {
    const { folder, serving, tenure, listen } = await openServed({});
    await expect(listen('0.0.0.0')).rejects.toMatchObject({ code: 'LISTEN_WITHOUT_KEY' });
    const { id } = await tenure.access.addKey({ name: 'maria', role: 'admin' });
    await (await listen('0.0.0.0')).close();
    await tenure.access.revokeKey(id);
    await expect(listen('0.0.0.0')).rejects.toMatchObject({ code: 'LISTEN_WITHOUT_KEY' });
    await serving.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });
});
