import type { Hono } from 'hono';
import { openAssets } from '../../web/index.ts';
import type { HttpEnvironment } from '../http-environment.ts';

/** Serves what pages need, under names that change with their content, so that browsers keep it. */
export function addAssetRoutes(app: Hono<HttpEnvironment>): void {
  app.get('/assets/:version/:name', (context) => {
    const { files, version } = openAssets();
    const asset = files.get(context.req.param('name'));
    if (asset === undefined) return context.notFound();
    const takesBrotli = /\bbr\b/.test(context.req.header('accept-encoding') ?? '');
    const isCurrent = context.req.param('version') === version;
    return context.body(new Uint8Array(takesBrotli ? asset.brotli : asset.bytes), 200, {
      'content-type': asset.type,
      'cache-control': isCurrent ? 'public, max-age=31536000, immutable' : 'no-cache',
      vary: 'accept-encoding',
      ...(takesBrotli ? { 'content-encoding': 'br' } : {}),
    });
  });
}
