export { ApiError, type ClientOptions, openClient, type TenureClient } from './tenure-client.ts';
