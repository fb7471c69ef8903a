import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { systemIds } from '../../src/base/index.ts';
import type { ApiRoute } from '../../src/http/api/api-route.ts';
import { API_ROUTES } from '../../src/http/api/api-routes.ts';
import { buildApp } from '../../src/http/build-app.ts';
import { sendRaw } from './raw-request.ts';
import { bearer, postJson, readCode, type ServedDemo, serveDemo } from './served-demo.ts';

let served: ServedDemo;
beforeAll(async () => {
  served = await serveDemo();
});
afterAll(() => served.close());

const INJECTIONS = [
  `'; drop table audit_log; --`,
  `" or 1=1; --`,
  `x') union select key_hash from access_keys --`,
  `{{ run_query('select 1') }}`,
  '$1',
  '%_\\',
];
const DATABASE_TALK = /Parser Error|Binder Error|Catalog Error|Conversion Error|LINE \d+:/;

/** Parameters of a route that take any text. */
function listTexts(schema: z.ZodObject | undefined): readonly string[] {
  return Object.entries(schema?.shape ?? {})
    .filter(([, one]) => (one as z.ZodType).safeParse(`'; x`).success)
    .map(([name]) => name);
}

async function ask(
  route: ApiRoute,
  parts: { params: Record<string, string>; query: Record<string, string> },
) {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(parts.params[name] ?? 'churn'),
  );
  return fetch(`${served.url}${path}?${new URLSearchParams(parts.query)}`, {
    method: route.method.toUpperCase(),
  });
}

async function expectHarmless(response: Response): Promise<void> {
  const text = await response.text();
  expect([200, 400, 404, 409, 422], text).toContain(response.status);
  expect(text).not.toMatch(DATABASE_TALK);
}

describe('SQL in parameters', () => {
  const GETS = Object.values<ApiRoute>(API_ROUTES).filter(({ method }) => method === 'get');
  const PLACES = GETS.flatMap((route) => [
    ...listTexts(route.params).map((name) => ({ route, path: route.path, kind: 'params' as const, name })),
    ...listTexts(route.query).map((name) => ({ route, path: route.path, kind: 'query' as const, name })),
  ]);

  it.each(PLACES)('is text in $name of $path', async ({ route, kind, name }) => {
    for (const text of INJECTIONS) {
      const parts = { params: {}, query: {}, [kind]: { [name]: text } };
      await expectHarmless(await ask(route, parts));
    }
  });

  it.each(['metrics', 'dimensions', 'range', 'asOf', 'member', 'values', 'order'])(
    'is text in %s of a metric query',
    async (place) => {
      for (const text of INJECTIONS) {
        const at = (name: string, usual: string) => (place === name ? text : usual);
        const body = {
          metrics: [at('metrics', 'current_mrr')],
          dimensions: [at('dimensions', 'plan_tier')],
          time: { range: at('range', 'last 3 months'), asOf: at('asOf', '2026-03-14') },
          filters: [{ member: at('member', 'industry'), operator: 'equals', values: [at('values', 'saas')] }],
          order: [[at('order', 'current_mrr'), 'asc']],
        };
        for (const path of ['query', 'compile'])
          await expectHarmless(await fetch(`${served.url}/v1/metrics/${path}`, postJson(body)));
      }
    },
  );

  it('is text in definitions, rules, reasons and words', async () => {
    for (const text of INJECTIONS) {
      const condition = { metric: text, threshold: 1 };
      const model = { sql_model: 'x', metric: 'value', threshold: 1 };
      const definition = { type: 'custom', name: text, title: 'a', detail: 'b' };
      const rules = JSON.stringify({
        alerts: [
          { name: 'x', metric: text, for: 'company', when: { threshold: { operator: '<', value: 1 } } },
        ],
      });
      const requests: readonly (readonly [string, unknown])[] = [
        ['milestones/preview', { definitions: [{ ...definition, condition }] }],
        ['milestones/preview', { definitions: [{ ...definition, condition: model }] }],
        ['milestones/preview', { name: text }],
        ['alerts/preview', { rules, days: 2 }],
        ['alerts/snoozes', { rule: text, until: '2026-04-01', reason: text }],
        ['alerts/snoozes', { customer: text, until: '2026-04-01', reason: text }],
        [
          'notifications/snoozes',
          { scope: 'customer', scopeId: text, until: '2026-04-01T00:00:00Z', reason: text },
        ],
        [`celebrations/${encodeURIComponent(text)}/skip`, { reason: text }],
        [`notifications/${encodeURIComponent(text)}/retry`, {}],
      ];
      for (const [path, body] of requests)
        await expectHarmless(await fetch(`${served.url}/v1/${path}`, postJson(body)));
    }
  });

  it('did nothing', async () => {
    expect((await served.tenure.access.listAudit()).length).toBeGreaterThan(0);
    expect((await served.tenure.milestones.list({ limit: 1 })).length).toBe(1);
    expect(served.notes).toEqual([]);
  });
});

describe('markup in addresses', () => {
  const MARKUP = `"><script>alert(1)</script><img src=x onerror=alert(1)>`;
  it.each([
    `/nothing${encodeURI(MARKUP)}`,
    `/sign-in?next=${encodeURIComponent(MARKUP)}`,
    `/docs?${encodeURIComponent(MARKUP)}`,
    `/v1/metrics/${encodeURIComponent(MARKUP)}`,
  ])('comes back as text: %s', async (path) => {
    const response = await fetch(served.url + path, { headers: { accept: 'text/html' } });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    if (!isJson) expect(text).not.toMatch(/<script>|<img/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('every answer', () => {
  it.each(['/health', '/v1/metrics', '/docs', '/nothing', '/sign-in', '/v1/metrics?x=1'])(
    'of %s says what a browser may do with it',
    async (path) => {
      const { headers } = await fetch(served.url + path, { redirect: 'manual' });
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
          "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  it('has an id of ours, whatever id the caller sends', async () => {
    const response = await fetch(`${served.url}/health`, { headers: { 'x-request-id': 'mine' } });
    expect(response.headers.get('x-request-id')).not.toBe('mine');
  });
});

describe('a name that is not of this machine (DNS rebinding)', () => {
  it.each([
    'evil.example',
    'evil.example:4400',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '169.254.1.1',
  ])('%j is refused', async (host) => {
    const { status } = await sendRaw(served.url, { path: '/v1/metrics', headers: { host } });
    expect([400, 421]).toContain(status);
  });
  it.each(['localhost', 'LOCALHOST:1', '127.0.0.1:4400', '127.1.2.3', '[::1]:4400'])(
    '%s is answered',
    async (host) => {
      expect((await sendRaw(served.url, { path: '/v1/runs', headers: { host } })).status).toBe(200);
    },
  );
});

describe('a path out of the folder', () => {
  it.each([
    '/assets/../../package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..\\..\\package.json',
    '/../../../../etc/passwd',
    '//etc/passwd',
    '/v1/metrics/..%2f..%2f..%2fetc%2fpasswd',
    '/v1/customers/..%2f..%2fx/features/churn',
    '/v1/customers/%00/features/churn',
    '/v1/models/..%2fchurn/card',
    '/%ff%fe',
  ])('%s leads nowhere', async (path) => {
    const { status, body } = await sendRaw(served.url, { path });
    expect([400, 404]).toContain(status);
    expect(body).not.toMatch(/root:|"dependencies"/);
  });
});

describe('requests of other sites (CSRF)', () => {
  const change = (headers: Record<string, string>) =>
    fetch(
      `${served.url}/v1/alerts/snoozes`,
      postJson({ rule: 'health_below_40', until: '2026-04-01', reason: 'x' }, headers),
    );
  const FOREIGN = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ];

  it.each(FOREIGN)('with %j change nothing on a server without keys', async (headers) => {
    const response = await change(headers as Record<string, string>);
    expect([response.status, await readCode(response)]).toEqual([403, 'ORIGIN_REFUSED']);
  });

  it('with the form types a browser sends by itself change nothing either', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const response = await change({ 'content-type': type });
      expect(response.status).toBe(400);
    }
  });

  it('change nothing by a session; pages of this server and programs do', async () => {
    const key = await served.addKey('csm');
    const form = new URLSearchParams({ key });
    const signedIn = await fetch(`${served.url}/sign-in`, { method: 'POST', body: form, redirect: 'manual' });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    for (const headers of FOREIGN)
      expect((await change({ cookie, ...(headers as Record<string, string>) })).status).toBe(403);
    expect((await change({ cookie, origin: served.url, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await change({ ...bearer(key), origin: 'https://tool.example' })).status).toBe(200);
    const foreign = { method: 'POST', body: form, headers: { origin: 'https://evil.example' } };
    expect((await fetch(`${served.url}/sign-in`, foreign)).status).toBe(403);
    expect(
      (await fetch(`${served.url}/sign-out`, { ...foreign, headers: { ...foreign.headers, cookie } })).status,
    ).toBe(403);
    // A proxy with TLS before it: what comes without TLS is another origin.
    const { host } = new URL(served.url);
    const secure = { cookie, 'x-forwarded-proto': 'https' };
    expect((await change({ ...secure, origin: `https://${host}` })).status).toBe(200);
    expect((await change({ ...secure, origin: `http://${host}` })).status).toBe(403);
  });
});

describe('what is too large', () => {
  it('is refused before it is read, with a length and without', async () => {
    const key = await served.addKey('csm', 'large');
    const body = JSON.stringify({ metrics: ['x'.repeat(1024 * 1024)] });
    const headers = { ...bearer(key), 'content-type': 'application/json' };
    const whole = await fetch(`${served.url}/v1/metrics/query`, { method: 'POST', headers, body });
    expect([whole.status, await readCode(whole)]).toEqual([413, 'REQUEST_TOO_LARGE']);
    const parts = new ReadableStream({
      start(controller) {
        for (let part = 0; part < 20; part += 1) controller.enqueue(new Uint8Array(64 * 1024));
        controller.close();
      },
    });
    const request = { method: 'POST', headers, body: parts, duplex: 'half' } as RequestInit;
    expect((await fetch(`${served.url}/v1/metrics/query`, request)).status).toBe(413);
  });
});

describe('what goes wrong inside', () => {
  it('is told to the log with the id of the request, and not to the caller', async () => {
    const notes: string[] = [];
    const secret = `the file ${served.folder} and the key of maria`;
    const tenure = {
      ...served.tenure,
      listRuns: () => Promise.reject(new Error(secret)),
      access: { ...served.tenure.access, isKeyNeeded: async () => false },
    };
    const service = {
      hasSigningSecret: false,
      wake: () => {},
      handleSlackInteraction: () => Promise.reject(),
    };
    const app = buildApp({ tenure, service }, { ids: systemIds, note: (text) => void notes.push(text) });
    const response = await app.request('http://localhost/v1/runs');
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain(served.folder);
    expect(text).toContain('"code":"INTERNAL"');
    expect(notes.join('')).toContain(secret);
    expect(notes.join('')).toContain(response.headers.get('x-request-id'));
    const missing = await app.request('http://localhost/nothing');
    expect([missing.status, fs.existsSync(served.folder)]).toEqual([404, true]);
  });
});
