import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue.ts';
import type { ErrorKind } from './error-entry.ts';

export type ErrorDetails = Readonly<Record<string, string | number>>;

function renderTemplate(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(details[name] ?? whole));
}

/**
 * An error from the catalogue: what happened, where, and what to do about it.
 *
 * @example
 * throw new TenureError('WORKSPACE_MISSING', { path: '/data/acme' });
 */
export class TenureError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly fix: string;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    const entry = ERROR_CATALOGUE[code];
    super(renderTemplate(entry.message, details), options);
    this.name = 'TenureError';
    this.code = code;
    this.kind = entry.kind;
    this.fix = renderTemplate(entry.fix, details);
    this.details = details;
  }
}

/** The text of anything that was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
