export type { ApiRoutes } from './api/api-routes.ts';
export { buildOpenApiDocument } from './api/describe-api.ts';
export { assertListening, type HttpServer, openHttp } from './open-http.ts';
