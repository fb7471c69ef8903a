import type { Hono } from 'hono';
import type { HttpEnvironment, Served } from './http-environment.ts';

/** What nobody needs a key for: whether the process is up, whether it can answer, and the buttons of Slack, which are signed. */
export function addServiceRoutes(app: Hono<HttpEnvironment>, { tenure, service }: Served): void {
  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.get('/ready', async (context) => {
    const { asOf, builtAt, isStale } = await tenure.status();
    return context.json({ status: 'ready', asOf, builtAt, isStale });
  });
  app.post('/slack/interactions', async (context) => {
    // Without the secret nothing tells Slack from others.
    if (!service.hasSigningSecret) return context.notFound();
    const { status, body } = await service.handleSlackInteraction({
      timestamp: context.req.header('x-slack-request-timestamp'),
      signature: context.req.header('x-slack-signature'),
      contentType: context.req.header('content-type'),
      body: new Uint8Array(await context.req.arrayBuffer()),
    });
    return body === null ? context.body(null, status) : context.json(body, status);
  });
}
