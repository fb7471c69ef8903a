export { assertListening, type HttpServer, openHttp } from './open-http.ts';
