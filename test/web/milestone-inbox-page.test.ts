import { describe, expect, it } from 'vitest';
import type { NotificationRow } from '../../src/app/index.ts';
import type { Row } from '../../src/engines/index.ts';
import { MilestoneInboxPage, renderPage } from '../../src/web/index.ts';
import { findSection, listElements, readAttribute, readText } from '../shared/page-reader.ts';

const REACHED = 'Reached in the last 30 days';
const TOLD = 'Told to nobody in particular';

const frame = {
  path: '/milestones',
  title: 'Milestones',
  viewer: null,
  carried: '?segment=smb',
  asOf: '2026-03-14',
  staleness: null,
  places: [],
  assets: 'x',
};

const listOf = (count: number) => Array.from({ length: count }, (_, place) => place + 1);

const told = listOf(60).map(
  (place) =>
    ({
      id: `n${place}`,
      kind: 'alert',
      channel: 'inbox',
      customerId: null,
      subjectId: null,
      line: `news ${place}`,
      state: 'sent',
      deliverAfter: '2026-03-14T08:00:00Z',
    }) as NotificationRow,
);
const milestones: readonly Row[] = listOf(30).map((place) => ({
  id: `m${place}`,
  customer_id: 'c1',
  customer_name: 'Acme',
  milestone_name: 'Users',
  milestone_type: 'usage',
  owner_name: 'Ana',
  achieved_at: '2026-03-10T00:00:00.000Z',
  achieved_precision: 'day',
  is_historical: false,
  revoked_at: null,
}));

function render(address: { readonly page: number; readonly told: number }, hasMore = false): string {
  const props = { frame, owners: [], milestones, hasMore, celebrations: [], inbox: told };
  return renderPage(MilestoneInboxPage({ ...props, address: { owner: null, ...address } }));
}

function readNext(html: string, title: string): string | null {
  const next = listElements(findSection(html, title)).find((one) => readAttribute(one, 'rel') === 'next');
  return next === undefined ? null : readAttribute(next, 'href');
}

describe('the inbox', () => {
  it('pages what is told apart from what was reached, each link keeping the other page', () => {
    const html = render({ page: 2, told: 2 });
    const text = readText(findSection(html, TOLD));
    expect(text).toContain('news 26');
    expect(text).toContain('news 50');
    expect(text).not.toContain('news 51');
    expect(text).toContain('Page 2 of 3');
    expect(readText(findSection(html, REACHED))).toContain('Page 2 of 2');
    expect(readNext(html, TOLD)).toBe('/milestones?segment=smb&owner=&page=2&told=3#told');
    expect(readNext(html, REACHED)).toBeNull();
    expect(readNext(render({ page: 1, told: 3 }), REACHED)).toBe(
      '/milestones?segment=smb&owner=&page=2&told=3',
    );
  });

  it('counts all milestones on every page, and says where it has not all of them', () => {
    for (const page of [1, 2])
      expect(readText(findSection(render({ page, told: 1 }), REACHED))).toContain('30 to celebrate');
    const cut = readText(findSection(render({ page: 1, told: 1 }, true), REACHED));
    expect(cut).toContain('The newest 30: 30 to celebrate');
  });
});
