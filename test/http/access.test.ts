import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_ROUTES } from '../../src/http/api/api-routes.ts';
import { bearer, postJson, readCode, type ServedDemo, serveDemo } from './served-demo.ts';

const HOUR = 3_600_000;
let now = Date.parse('2026-03-14T20:00:00Z');
let served: ServedDemo;
let addresses = 0;

/** Each test comes from an address of its own, as a proxy on this machine says it. */
function fromElsewhere(): Record<string, string> {
  addresses += 1;
  return { 'x-forwarded-for': `203.0.113.${addresses}` };
}

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(served.url + path, { headers, redirect: 'manual' });
const postForm = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(served.url + path, {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
    redirect: 'manual',
  });

/** The cookie that a sign-in sets, as a browser sends it back. */
function readCookie(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

async function signIn(key: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await postForm('/sign-in', { key }, { ...fromElsewhere(), ...headers });
  expect(response.status).toBe(303);
  return readCookie(response);
}

beforeAll(async () => {
  served = await serveDemo({ now: () => now });
});
afterAll(() => served.close());

describe('a server without a key', () => {
  it('answers everybody on this machine as an admin', async () => {
    expect((await get('/v1/audit')).status).toBe(200);
    const signInPage = await get('/sign-in');
    expect([signInPage.status, signInPage.headers.get('location')]).toEqual([302, '/']);
  });
});

describe('a server with keys', () => {
  let keys: Record<'viewer' | 'csm' | 'admin', string>;
  beforeAll(async () => {
    keys = {
      viewer: await served.addKey('viewer'),
      csm: await served.addKey('csm'),
      admin: await served.addKey('admin'),
    };
  });

  it('asks for one, but where nobody needs one', async () => {
    const refused = await get('/v1/metrics');
    expect([refused.status, await readCode(refused)]).toEqual([401, 'KEY_NEEDED']);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    for (const path of ['/', '/docs', '/openapi.json', '/v1/nothing', '/nothing'])
      expect([path, (await get(path)).status]).toEqual([path, 401]);
    for (const path of ['/health', '/ready', '/sign-in'])
      expect([path, (await get(path)).status]).toEqual([path, 200]);
    // There is no such file, and no such secret; that may be known.
    expect((await get('/assets/nothing.js')).status).toBe(404);
    expect((await get('/assets/../v1/metrics')).status).toBe(401);
    expect((await postForm('/slack/interactions', {})).status).toBe(404);
  });

  it('sends browsers to sign in, and back to where they wanted to go', async () => {
    const page = await get('/docs?a=b', { accept: 'text/html' });
    expect([page.status, page.headers.get('location')]).toEqual([302, '/sign-in?next=%2Fdocs%3Fa%3Db']);
    expect((await get('/v1/metrics', { accept: 'text/html' })).status).toBe(401);
    expect((await postForm('/docs', {}, { accept: 'text/html' })).status).toBe(401);
  });

  it.each(['tnr_wrong', '', 'x y'])('refuses the key "%s"', async (key) => {
    const response = await get('/v1/metrics', { ...fromElsewhere(), ...bearer(key) });
    expect([response.status, await readCode(response)]).toEqual([401, 'KEY_REFUSED']);
  });

  it('refuses what is no Bearer', async () => {
    const basic = Buffer.from(`x:${keys.admin}`).toString('base64');
    const headers = { ...fromElsewhere(), authorization: `Basic ${basic}` };
    expect(await readCode(await get('/v1/metrics', headers))).toBe('KEY_REFUSED');
  });

  const ROUTES = Object.entries(API_ROUTES).map(([id, { method, path, role }]) => ({
    id,
    method,
    path,
    role,
  }));
  it.each(ROUTES)('lets only those with the role $role use $id', async ({ method, path, role }) => {
    const order = ['viewer', 'csm', 'admin'] as const;
    for (const mine of order) {
      const filled = path.replace('{model}', 'churn').replace(/\{\w+\}/g, 'nothing');
      const response = await fetch(`${served.url}${filled}?unknown=1`, {
        method: method.toUpperCase(),
        headers: bearer(keys[mine]),
      });
      const isEnough = order.indexOf(mine) >= order.indexOf(role);
      // Who may use it learns what is wrong with the request.
      const code = isEnough ? 'REQUEST_INVALID' : 'ROLE_TOO_LOW';
      expect([mine, response.status, await readCode(response)]).toEqual([mine, isEnough ? 400 : 403, code]);
    }
  });

  it('signs a browser in: with a new token each time, in a cookie no script reads', async () => {
    const response = await postForm('/sign-in', { key: ` ${keys.csm}\n`, next: '/docs' }, fromElsewhere());
    expect([response.status, response.headers.get('location')]).toEqual([303, '/docs']);
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^tenure_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
    expect((await get('/v1/metrics', { cookie: readCookie(response) })).status).toBe(200);
    expect(await signIn(keys.csm)).not.toBe(readCookie(response));
  });

  it('marks the cookie as Secure behind a proxy with TLS', async () => {
    const headers = { ...fromElsewhere(), 'x-forwarded-proto': 'https' };
    const response = await postForm('/sign-in', { key: keys.csm }, headers);
    expect(response.headers.get('set-cookie')).toContain('; Secure');
  });

  it('takes no token that somebody else chose, and ends the one before', async () => {
    const planted = `tenure_session=${'A'.repeat(43)}`;
    const cookie = await signIn(keys.csm, { cookie: planted });
    expect(cookie).not.toBe(planted);
    expect((await get('/v1/metrics', { cookie: planted })).status).toBe(401);
    const next = await signIn(keys.csm, { cookie });
    expect((await get('/v1/metrics', { cookie })).status).toBe(401);
    expect((await get('/v1/metrics', { cookie: next })).status).toBe(200);
  });

  it('signs a browser out, for good', async () => {
    const cookie = await signIn(keys.csm);
    const response = await postForm('/sign-out', {}, { cookie });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/sign-in']);
    expect(response.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await get('/v1/metrics', { cookie })).status).toBe(401);
  });

  it('ends sessions after 12 hours without a request, and with their key', async () => {
    const { id, key } = await served.tenure.access.addKey({ name: 'short', role: 'viewer' });
    const [idle, used] = [await signIn(key), await signIn(key)];
    now += 11 * HOUR;
    expect((await get('/v1/metrics', { cookie: used })).status).toBe(200);
    now += HOUR;
    expect((await get('/v1/metrics', { cookie: idle })).status).toBe(401);
    expect((await get('/v1/metrics', { cookie: used })).status).toBe(200);
    await served.tenure.access.revokeKey(id);
    expect((await get('/v1/metrics', { cookie: used })).status).toBe(401);
    expect(await readCode(await get('/v1/metrics', bearer(key)))).toBe('KEY_REFUSED');
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/\t/evil.example',
    '/%0d%0aset-cookie:x=1\r\nset-cookie: x=1',
    '/..//evil.example',
    'docs',
    '',
  ])('leads nobody to %j after signing in', async (next) => {
    const page = await (await get(`/sign-in?next=${encodeURIComponent(next)}`)).text();
    expect(page).toContain('<input type="hidden" name="next" value="/"/>');
    const response = await postForm('/sign-in', { key: keys.viewer, next }, fromElsewhere());
    expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
    expect(response.headers.getSetCookie()).toHaveLength(1);
  });

  it('has an address wait after ten refused keys, whatever it sends then', async () => {
    const address = fromElsewhere();
    for (let tried = 0; tried < 5; tried += 1) {
      expect((await get('/v1/metrics', { ...address, ...bearer(`tnr_${tried}`) })).status).toBe(401);
      expect((await postForm('/sign-in', { key: `tnr_${tried}` }, address)).status).toBe(401);
    }
    const blocked = await get('/v1/metrics', { ...address, ...bearer(keys.admin) });
    expect([blocked.status, await readCode(blocked)]).toEqual([429, 'ATTEMPTS_EXCEEDED']);
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(500);
    expect((await postForm('/sign-in', { key: keys.admin }, address)).status).toBe(429);
    // Who claims to be somebody else in front of the proxy's word stays who they are.
    const claimed = { 'x-forwarded-for': `198.51.100.1, ${address['x-forwarded-for']}` };
    expect((await get('/v1/metrics', { ...claimed, ...bearer(keys.admin) })).status).toBe(429);
    expect((await get('/v1/metrics', { ...fromElsewhere(), ...bearer(keys.admin) })).status).toBe(200);
  });

  it('writes down who did what', async () => {
    const [milestone] = await served.tenure.milestones.list({ limit: 1 });
    const id = String(milestone?.['id']);
    const address = { 'x-forwarded-for': '198.51.100.7' };
    const act = (move: string, body: unknown) => {
      const request = postJson(body, { ...address, ...bearer(keys.csm) });
      return fetch(`${served.url}/v1/celebrations/${id}/${move}`, request);
    };
    expect((await act('skip', { reason: 'asked not to' })).status).toBe(200);
    expect((await act('approve', { revision: 1 })).status).toBe(409);
    await postForm('/sign-in', { key: 'tnr_wrong' }, address);
    const cookie = readCookie(await postForm('/sign-in', { key: keys.csm }, address));
    await postForm('/sign-out', {}, { ...address, cookie });
    const response = await get('/v1/audit?limit=1000', bearer(keys.admin));
    const { entries } = (await response.json()) as { entries: Record<string, unknown>[] };
    const mine = entries.filter((entry) => entry['address'] === '198.51.100.7');
    expect(mine.map(({ actor, action }) => `${action} ${actor}`).sort()).toEqual([
      'sign-in csm',
      'sign-in.failed unknown',
      'sign-out csm',
      'skipCelebration csm',
    ]);
    const skipped = mine.find(({ action }) => action === 'skipCelebration');
    expect(skipped).toMatchObject({ subject: id, detail: { reason: 'asked not to' } });
    for (const key of Object.values(keys)) expect(JSON.stringify(entries)).not.toContain(key);
  });
});

describe('the limit of requests', () => {
  it('is each key’s own', async () => {
    const limited = await serveDemo({ rate: 3 });
    try {
      const ask = (key: string) => fetch(`${limited.url}/v1/runs`, { headers: bearer(key) });
      // None where no key is asked for.
      for (let asked = 0; asked < 5; asked += 1)
        expect((await fetch(`${limited.url}/v1/runs`)).status).toBe(200);
      const [one, other] = [await limited.addKey('viewer', 'one'), await limited.addKey('viewer', 'other')];
      for (let asked = 0; asked < 3; asked += 1) expect((await ask(one)).status).toBe(200);
      const refused = await ask(one);
      expect([refused.status, await readCode(refused)]).toEqual([429, 'RATE_EXCEEDED']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await ask(other)).status).toBe(200);
    } finally {
      await limited.close();
    }
  });
});
