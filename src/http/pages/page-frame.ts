import type { Context } from 'hono';
import { openAssets, type PageFrame, type Place } from '../../web/index.ts';
import type { HttpEnvironment, Served } from '../http-environment.ts';

/** Parameters that pages have in common; links between pages carry them along. */
const CARRIED = ['range', 'compare', 'as_of', 'plan_tier', 'segment', 'industry', 'csm_name', 'owner_name'];

/** Pages that are no dashboards, in their order. */
const PLACES: readonly Place[] = [
  { path: '/milestones', title: 'Milestones', group: 'Customers' },
  { path: '/customers', title: 'Customers', group: 'Customers' },
  { path: '/catalogue', title: 'Catalogue', group: 'How it is made' },
  { path: '/models', title: 'Models', group: 'How it is made' },
  { path: '/docs', title: 'API', group: 'How it is made' },
];

async function listPlaces({ tenure }: Served): Promise<readonly Place[]> {
  const dashboards = await tenure.dashboards.list();
  return [
    ...dashboards.map(
      ({ name, title }): Place => ({ path: `/dashboards/${name}`, title, group: 'Dashboards' }),
    ),
    ...PLACES,
  ];
}

/** The part of an address that links to other pages keep. */
export function readCarried(url: string): string {
  const search = new URL(url).searchParams;
  const kept = new URLSearchParams(
    [...search].filter(([name, value]) => CARRIED.includes(name) && value !== ''),
  );
  const text = kept.toString();
  return text === '' ? '' : `?${text}`;
}

/** What stands around a page. */
export async function buildFrame(
  served: Served,
  context: Context<HttpEnvironment>,
  page: { readonly path: string; readonly title: string },
): Promise<Omit<PageFrame, 'children'>> {
  const viewer = context.get('viewer');
  const { asOf, note } = await served.tenure.status();
  return {
    ...page,
    viewer:
      viewer === undefined
        ? null
        : { name: viewer.name, role: viewer.role, isSignedIn: viewer.keyId !== null },
    carried: readCarried(context.req.url),
    asOf,
    staleness: note,
    places: await listPlaces(served),
    assets: openAssets().version,
  };
}
