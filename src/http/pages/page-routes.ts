import type { Hono } from 'hono';
import type { HttpEnvironment, Served } from '../http-environment.ts';

/** Adds the pages for people. */
export function addPageRoutes(_app: Hono<HttpEnvironment>, _served: Served): void {}
