import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tenure } from '../../src/app/index.ts';
import { systemIds } from '../../src/base/index.ts';
import { openDuckdb } from '../../src/engines/index.ts';
import { buildApp } from '../../src/http/build-app.ts';
import {
  findSection,
  listDangers,
  listElements,
  listUnlabelled,
  readAttribute,
  readText,
} from '../shared/page-reader.ts';
import { copyDemo, openDemo } from '../shared/workspaces.ts';

const SCRIPT = '<script>alert(1)</script>';
const QUOTES = `"'><img src=x onerror="alert(2)"> javascript:alert(3)`;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tenure-pages-'));
const notes: string[] = [];
let tenure: Tenure;
let app: ReturnType<typeof buildApp>;
/** Of the customers whose names are an attack, and of one like others. */
let evil: readonly string[];
let plain: string;

/** Gives customers names, contacts and segments that a page must not take for HTML. */
async function renameCustomers(ids: readonly string[]): Promise<void> {
  const warehouse = await openDuckdb({ path: path.join(folder, 'warehouse.duckdb') });
  for (const [place, name] of [SCRIPT, QUOTES].entries()) {
    const values = [name, ids[place] ?? ''];
    await warehouse.execute(
      'update intermediate.int_customers set name = $1, industry = $1 where customer_id = $2',
      values,
    );
    await warehouse.execute(
      'update raw.customers set name = $1, contact_name = $1 where customer_id = $2',
      values,
    );
    await warehouse.execute('update raw.support_tickets set topic = $1 where customer_id = $2', values);
  }
  await warehouse.close();
}

beforeAll(async () => {
  await copyDemo(folder);
  const { rows } = await openDemo(folder).customers.list({ order: 'mrr', limit: 3 });
  const ids = rows.map(({ customerId }) => customerId);
  evil = ids.slice(0, 2);
  plain = ids[2] ?? '';
  await renameCustomers(evil);
  tenure = openDemo(folder);
  const service = {
    handleSlackInteraction: () => Promise.reject(new Error('not here')),
    hasSigningSecret: false,
    wake: () => {},
  };
  app = buildApp({ tenure, service }, { ids: systemIds, note: (text) => void notes.push(text), rate: 0 });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const request = (address: string, init?: RequestInit) =>
  app.request(address, { headers: { accept: 'text/html' }, ...init });

async function open(address: string): Promise<string> {
  const response = await request(address);
  expect([address, response.status, notes]).toEqual([address, 200, []]);
  return response.text();
}

const listLinks = (html: string) =>
  listElements(html).flatMap((element) =>
    element.tagName === 'a' ? [readAttribute(element, 'href') ?? ''] : [],
  );

describe('the list of customers', () => {
  it('has a row for each, with a link to everything on it', async () => {
    const html = await open('/customers?order=name');
    const { rows } = await tenure.customers.list({ order: 'name' });
    const links = listLinks(html).filter((link) => /^\/customers\/[^/]+$/.test(link));
    expect(links).toEqual(rows.map(({ customerId }) => `/customers/${encodeURIComponent(customerId)}`));
  });

  it('keeps what is asked for in its address: filters, order, page', async () => {
    const asked = 'plan_tier=growth&plan_tier=starter&health_band=Stable';
    const html = await open(`/customers?${asked}&order=mrr`);
    const checked = listElements(html).filter(
      (element) =>
        readAttribute(element, 'type') === 'checkbox' && readAttribute(element, 'checked') !== null,
    );
    expect(checked.map((box) => [readAttribute(box, 'name'), readAttribute(box, 'value')])).toEqual([
      ['plan_tier', 'growth'],
      ['plan_tier', 'starter'],
      ['health_band', 'Stable'],
    ]);
    const heads = listElements(html).filter(({ tagName }) => tagName === 'th');
    expect(heads.filter((head) => readAttribute(head, 'aria-sort') !== null).map(readText)).toEqual([
      'MRR ↓',
    ]);
    // The same head turns the order round, and keeps the rest.
    const turn = listLinks(html).find((link) => link.includes('direction=asc')) ?? '';
    expect(turn).toContain(asked);
    const turned = await open(turn);
    const sorted = listElements(turned).find((element) => readAttribute(element, 'aria-sort') !== null);
    expect(sorted === undefined ? null : readText(sorted)).toBe('MRR ↑');
  });

  it('goes on page by page', async () => {
    const first = await open('/customers');
    const next = listElements(first).find((element) => readAttribute(element, 'rel') === 'next');
    const second = await open(next === undefined ? '' : (readAttribute(next, 'href') ?? ''));
    const ids = (html: string) => listLinks(html).filter((link) => /^\/customers\/[^/]+$/.test(link));
    expect(ids(first)).toHaveLength(50);
    expect(ids(second).filter((id) => ids(first).includes(id))).toEqual([]);
    expect(await open('/customers?page=999')).toContain('Page 999 of');
  });

  it.each(['page=x', 'page=-1', 'order=drop', 'direction=up', 'health_band=', 'q=%25', 'plan_tier=%3Cb%3E'])(
    'takes %s for what it can mean',
    async (query) => {
      expect(listDangers(await open(`/customers?${query}`))).toEqual([]);
    },
  );

  it('says that there is nobody, and the way back', async () => {
    const html = await open('/customers?q=nobody+is+called+that');
    expect(html).toContain('No customer is like that');
    expect(listLinks(html)).toContain('/customers');
  });

  it('is CSV with the same filters, that no spreadsheet runs', async () => {
    const response = await request('/customers.csv?plan_tier=enterprise');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const lines = (await response.text()).trimEnd().split('\r\n');
    const { total } = await tenure.customers.list({ filters: { plan_tier: ['enterprise'] }, limit: 0 });
    expect(lines).toHaveLength(total + 1);
  });
});

describe('everything on one customer', () => {
  it('shows the figures of the day, as they are written everywhere', async () => {
    const html = await open(`/customers/${plain}`);
    const { figures, profile } = await tenure.customers.show(plain);
    const kpi = (title: string) => readText(findSection(html, title));
    expect(kpi('Health score')).toContain((figures?.customerHealthScore ?? 0).toFixed(1).replace(/\.0$/, ''));
    expect(kpi('Health score')).toContain(figures?.healthBand);
    expect(kpi('Active users, 30 days')).toContain(`of ${figures?.users} users`);
    expect(kpi('Who')).toContain(profile.contactEmail);
    expect(html).toContain(figures?.whatMoved7d ?? 'nothing');
  });

  it('links to its milestones and back', async () => {
    const { rows } = await tenure.customers.list({ limit: 30 });
    for (const { customerId } of rows) {
      const link = listLinks(await open(`/customers/${customerId}`)).find((one) =>
        /^\/milestones\/[0-9a-f-]{36}$/.test(one),
      );
      if (link === undefined) continue;
      expect(listLinks(await open(link))).toContain(`/customers/${customerId}`);
      return;
    }
    throw new Error('no customer has a milestone');
  });

  it('is there for one whose contract ended', async () => {
    const { rows } = await tenure.customers.list({ hasEnded: true, limit: 1000 });
    const ended = rows.find(({ isActive }) => !isActive)?.customerId ?? '';
    expect(await open(`/customers/${ended}`)).toContain('No contract on');
  });

  it('is not found of one nobody knows', async () => {
    const response = await request(`/customers/${encodeURIComponent(SCRIPT)}`);
    const html = await response.text();
    expect([response.status, listDangers(html)]).toEqual([404, []]);
    expect(html).toContain('knows no customer');
  });

  it('has headings in order, names for all that is filled in, and tables that say what they are', async () => {
    for (const address of ['/customers', `/customers/${plain}`]) {
      const html = await open(address);
      expect(listUnlabelled(html)).toEqual([]);
      const elements = listElements(html);
      const levels = elements.flatMap(({ tagName }) =>
        /^h[1-6]$/.test(tagName) ? [Number(tagName[1])] : [],
      );
      const main = levels.slice(levels.indexOf(1));
      expect(main.every((level, place) => place === 0 || level <= (main[place - 1] ?? 0) + 1)).toBe(true);
      const scrolling = elements.filter((element) =>
        (readAttribute(element, 'class') ?? '').startsWith('scroll'),
      );
      expect(scrolling.length).toBeGreaterThan(0);
      for (const part of scrolling)
        expect([readAttribute(part, 'tabindex'), readAttribute(part, 'aria-label') !== null]).toEqual([
          '0',
          true,
        ]);
    }
  });
});

describe('a name that is an attack', () => {
  it('would be seen, were it not escaped', () => {
    expect(listDangers(`<h1>${SCRIPT}</h1>${QUOTES}<a href=" javascript:x">`)).toHaveLength(3);
    expect(
      listUnlabelled(
        '<input name="q"><label>R<input name="r"></label><input name="s" id="s"><label for="s">S</label>',
      ),
    ).toEqual(['input q']);
  });

  it('is shown as it is and runs nowhere', async () => {
    const addresses = [
      '/customers',
      '/customers?q=script',
      '/milestones',
      '/milestones/upcoming',
      '/milestones/report',
    ];
    const milestones = await tenure.milestones.list({ customerId: evil[0], limit: 3 });
    const own = [
      ...evil.map((id) => `/customers/${id}`),
      ...milestones.map((row) => `/milestones/${String(row['id'])}`),
    ];
    expect(milestones.length).toBeGreaterThan(0);
    for (const address of [...addresses, ...own])
      expect([address, listDangers(await open(address))]).toEqual([address, []]);
    const heading = (html: string) =>
      listElements(html)
        .filter(({ tagName }) => tagName === 'h1')
        .map(readText);
    expect(heading(await open(own[0] ?? ''))).toEqual([SCRIPT]);
    expect(heading(await open(own[1] ?? ''))).toEqual([QUOTES]);
    expect(await open('/customers?q=script')).not.toContain(SCRIPT);
  });
});
