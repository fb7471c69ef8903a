import { errorText, TenureError } from '../base/index.ts';

/** An error of a database as one of ours, in its words; one of ours as it is. */
export function buildFailure(error: unknown): TenureError {
  if (error instanceof TenureError) return error;
  return new TenureError('QUERY_FAILED', { problem: errorText(error) }, { cause: error });
}
