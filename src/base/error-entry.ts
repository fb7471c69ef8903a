/** What a caller can do about an error; decides the exit code of the CLI. */
export type ErrorKind = 'findings' | 'usage' | 'environment' | 'internal';

/** One kind of failure. `message` and `fix` may name details in braces, for example `{file}`. */
export interface ErrorEntry {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly fix: string;
}
