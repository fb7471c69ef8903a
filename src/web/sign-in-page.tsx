import { PlainPage, renderDocument } from './plain-page.tsx';

export interface SignInParts {
  /** The path that is shown after signing in. */
  readonly next: string;
  /** Why the last try failed; null before one. */
  readonly problem: string | null;
}

/** The page where a browser signs in by a key. */
export function renderSignInPage({ next, problem }: SignInParts): string {
  return renderDocument(
    <PlainPage title="Sign in">
      <h1>Sign in to Tenure</h1>
      {problem === null ? null : (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <form method="post" action="/sign-in">
        <input type="hidden" name="next" value={next} />
        <label for="key">Your key</label>
        <input id="key" name="key" type="password" required autocomplete="current-password" />
        <button type="submit">Sign in</button>
      </form>
      <p>
        Keys begin with <code>tnr_</code>. An admin makes one with{' '}
        <code>tenure keys add NAME --role viewer</code>.
      </p>
    </PlainPage>,
  );
}
