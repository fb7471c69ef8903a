import type { Context } from 'hono';
import type { PageFrame } from '../../web/index.ts';
import type { HttpEnvironment, Served } from '../http-environment.ts';

const PLACES: PageFrame['places'] = [
  { path: '/customers', title: 'Customers', group: 'Customers' },
  { path: '/milestones', title: 'Milestones', group: 'Customers' },
  { path: '/models', title: 'Models', group: 'How it is made' },
];

/** What stands around a page. */
export async function buildFrame(
  served: Served,
  context: Context<HttpEnvironment>,
  { path, title }: { readonly path: string; readonly title: string },
): Promise<Omit<PageFrame, 'children'>> {
  const { name, role, keyId } = context.get('viewer');
  const { asOf } = await served.tenure.customers.list({ limit: 0 });
  return {
    path,
    title,
    viewer: { name, role, isSignedIn: keyId !== null },
    carried: '',
    asOf,
    staleness: null,
    places: PLACES,
    assets: 'dev',
  };
}
