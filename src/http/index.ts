export { type HttpServer, isLoopback, openHttp } from './open-http.ts';
