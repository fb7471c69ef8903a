import type { Child } from 'hono/jsx';
import { openAssets } from './assets.ts';

interface PlainPageParts {
  readonly title: string;
  readonly children: Child;
}

/** A page without navigation: whoever sees it may not be signed in. */
export function PlainPage({ title, children }: PlainPageParts) {
  const { version } = openAssets();
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Tenure`}</title>
        <link rel="icon" href={`/assets/${version}/icon.svg`} type="image/svg+xml" />
        <link rel="stylesheet" href={`/assets/${version}/tenure.css`} />
      </head>
      <body class="plain-page">
        <main>{children}</main>
      </body>
    </html>
  );
}

/** A whole document as text. */
export function renderDocument(page: Child): string {
  return `<!DOCTYPE html>${String(page)}`;
}
