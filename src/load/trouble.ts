import { errorText } from '../base/index.ts';

const TROUBLE = /interrupted|out of memory|no space left|too many open files|internal error|fatal error/i;

/**
 * Throws an error on again that is no fault of the file being read: an interrupt, no memory, no disk. What a
 * load may answer by rejecting the file passes.
 */
export function assertFileFault(error: unknown): void {
  if (TROUBLE.test(errorText(error))) throw error;
}
