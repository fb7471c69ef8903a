import { errorText, TenureError } from '../../base/index.ts';
import { buildFailure } from '../query-failure.ts';

/** What the network says of a server that is not there, or no longer. */
const GONE = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ETIMEDOUT'];
/** What ClickHouse says to somebody it does not let in: unknown user, wrong password, required password, failed log-in. */
const REFUSED = ['192', '193', '194', '516'];

function readCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** An error of the client, of the network or of ClickHouse as one of ours. */
export function buildClickhouseFailure(error: unknown): TenureError {
  const code = readCode(error);
  if (error instanceof TenureError || ![...GONE, ...REFUSED].includes(code)) return buildFailure(error);
  const problem = [errorText(error), GONE.includes(code) ? code : '']
    .filter((text) => text !== '')
    .join(', ');
  return new TenureError('DATABASE_UNREACHABLE', { problem }, { cause: error });
}
