import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { readVersion } from '../../app/index.ts';
import type { ApiRoute } from './api-route.ts';
import { API_ROUTES } from './api-routes.ts';

const JSON_TYPE = 'application/json';

const errorBody = z
  .object({
    error: z.object({
      code: z.string().describe('As in docs/errors.md.'),
      message: z.string(),
      fix: z.string(),
      requestId: z.string().describe('Stands in `x-request-id` and in the log of the server.'),
    }),
  })
  .openapi('Error');

const ERRORS = {
  400: 'The request is not what the address takes.',
  401: 'A key is needed, or the one that was sent opens nothing.',
  403: 'The role of the key is too low, or the request comes from a page of another site.',
  404: 'What was named is not known.',
  409: 'Somebody else was faster, or it cannot be done from where it stands.',
  413: 'The request is too large.',
  421: 'The server is not reached by that name.',
  422: 'The data does not allow it.',
  429: 'Too many requests, or too many refused keys: `retry-after` says how long to wait.',
  500: 'Something went wrong inside.',
  503: 'There is no warehouse yet, or something around the server is missing.',
} as const;

function buildErrors() {
  const content = { [JSON_TYPE]: { schema: errorBody } };
  return Object.fromEntries(
    Object.entries(ERRORS).map(([status, description]) => [status, { description, content }]),
  );
}

function buildRequest({ params, query, body }: ApiRoute) {
  return {
    ...(params === undefined ? {} : { params }),
    // What an address does not know is refused, not passed over.
    query: query ?? z.strictObject({}),
    ...(body === undefined ? {} : { body: { required: true, content: { [JSON_TYPE]: { schema: body } } } }),
  };
}

/** A route in the words of OpenAPI. */
export function buildRouteConfig(id: string, route: ApiRoute) {
  const { method, path, tag, summary, role, answer, formats = [] } = route;
  const texts = formats.map((format) => [format, { schema: z.string().openapi({ format: 'binary' }) }]);
  return createRoute({
    method,
    path,
    operationId: id,
    tags: [tag],
    summary,
    description: `Takes the role ${role}.`,
    security: [{ key: [] }],
    request: buildRequest(route),
    responses: {
      200: {
        description: 'The answer.',
        content: { [JSON_TYPE]: { schema: answer }, ...Object.fromEntries(texts) },
      },
      ...buildErrors(),
    },
  });
}

/** The API as OpenAPI 3.1: what `/openapi.json` answers and `docs/openapi.json` holds. */
export function buildOpenApiDocument() {
  const { openAPIRegistry, getOpenAPI31Document } = new OpenAPIHono();
  openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' });
  for (const [id, route] of Object.entries(API_ROUTES))
    openAPIRegistry.registerPath(buildRouteConfig(id, route));
  return getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Tenure',
      version: readVersion(),
      description: 'Customer-success analytics: metrics, scores, milestones, celebrations and alerts.',
    },
    servers: [{ url: '/' }],
  });
}
