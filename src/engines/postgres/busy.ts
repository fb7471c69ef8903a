/** PostgreSQL's codes: a lock that was not to be had in time, two that wait for each other. */
const BUSY_CODES = ['55P03', '40P01'];

/** True for an error of PostgreSQL that says somebody else holds what is needed. */
export function isBusy(error: unknown): boolean {
  const { code } = ((error as Error).cause ?? {}) as { readonly code?: string };
  return code !== undefined && BUSY_CODES.includes(code);
}
