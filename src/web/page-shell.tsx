import type { Child } from 'hono/jsx';
import { renderDay } from './browser/figure-text.js';

/** What stands around every page. */
export interface PageFrame {
  /** The path of the page, to mark its place in the navigation. */
  readonly path: string;
  readonly title: string;
  /** Who is signed in; null where nobody has to be. */
  readonly viewer: { readonly name: string; readonly role: string; readonly isSignedIn: boolean } | null;
  /** The query string that all pages understand (range, filters), which links between them keep; begins with `?` or is empty. */
  readonly carried: string;
  /** The day the warehouse was built for, and what is said where that is long ago. */
  readonly asOf: string | null;
  readonly staleness: string | null;
  readonly places: readonly Place[];
  /** Differs with every version of scripts and styles, so that browsers may keep them for ever. */
  readonly assets: string;
  readonly children?: Child;
}

/** An entry of the navigation. */
export interface Place {
  readonly path: string;
  readonly title: string;
  readonly group: 'Dashboards' | 'Customers' | 'How it is made';
}

const GROUPS = ['Dashboards', 'Customers', 'How it is made'] as const;

function Navigation({ path, places, carried }: Pick<PageFrame, 'path' | 'places' | 'carried'>) {
  const isHere = (place: Place) => path === place.path || path.startsWith(`${place.path}/`);
  return (
    <nav aria-label="Pages">
      {GROUPS.map((group) => (
        <div class="nav-group">
          <h2>{group}</h2>
          <ul>
            {places
              .filter((place) => place.group === group)
              .map((place) => (
                <li>
                  <a href={`${place.path}${carried}`} aria-current={isHere(place) ? 'page' : undefined}>
                    {place.title}
                  </a>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function Account({ viewer }: Pick<PageFrame, 'viewer'>) {
  if (viewer === null) return null;
  if (!viewer.isSignedIn) return <p class="quiet small account">Open to everybody on this machine</p>;
  return (
    <form method="post" action="/sign-out" class="account">
      <span class="small quiet">
        {viewer.name}, {viewer.role}
      </span>
      <button type="submit" class="plain">
        Sign out
      </button>
    </form>
  );
}

const KEYS = [
  ['/', 'to the first filter'],
  ['[ and ]', 'a period back, a period on'],
  ['Esc', 'closes what is open'],
  ['?', 'shows this'],
] as const;

function KeyboardHelp() {
  return (
    <dialog id="keyboard-help" aria-labelledby="keyboard-title">
      <h2 id="keyboard-title">Keyboard</h2>
      <dl class="keys">
        {KEYS.map(([key, meaning]) => (
          <>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}

/**
 * A whole page: navigation, the warehouse's day, and what the page is about as children. Everything in braces is escaped.
 *
 * @example
 * renderPage(<Page {...frame}><h1>Executive</h1></Page>);
 */
export function Page(frame: PageFrame) {
  const { title, asOf, staleness, assets, children } = frame;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${title} – Tenure`}</title>
        <link rel="icon" href={`/assets/${assets}/icon.svg`} type="image/svg+xml" />
        <link rel="stylesheet" href={`/assets/${assets}/tenure.css`} />
        <script type="module" src={`/assets/${assets}/page.js`} />
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header class="side">
          <a class="brand" href={`/${frame.carried}`}>
            Tenure
          </a>
          <details class="menu">
            <summary>Menu</summary>
            <Navigation {...frame} />
          </details>
          <div class="wide-only">
            <Navigation {...frame} />
          </div>
          <Account viewer={frame.viewer} />
        </header>
        <main id="content" tabindex={-1}>
          {staleness === null ? null : (
            <p class="banner warn" role="status">
              ⚠ {staleness}
            </p>
          )}
          {children}
          <footer class="quiet small">
            {asOf === null ? 'There is no warehouse yet.' : `As of ${renderDay(asOf)}, end of day, UTC.`}{' '}
            Press <kbd>?</kbd> for the keyboard.
          </footer>
        </main>
        <KeyboardHelp />
      </body>
    </html>
  );
}

/** A page as a document. */
export function renderPage(page: unknown): string {
  return `<!doctype html>${String(page)}`;
}
