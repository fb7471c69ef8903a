import type { Child } from 'hono/jsx';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
label, input, button { display: block; font: inherit; }
input { width: 100%; box-sizing: border-box; padding: .5rem; margin: .25rem 0 1rem; }
button { padding: .5rem 1.25rem; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8886; border-radius: 8px; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
table { border-collapse: collapse; } td, th { text-align: left; padding: .25rem .75rem .25rem 0; vertical-align: top; }
.problem { color: #c4314b; font-weight: 600; }
@media (prefers-color-scheme: dark) { .problem { color: #ff7b8b; } }
`;

interface PlainPageParts {
  readonly title: string;
  readonly children: Child;
}

/** A page that needs nothing but itself. */
export function PlainPage({ title, children }: PlainPageParts) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · Tenure`}</title>
        <style dangerouslySetInnerHTML={{ __html: STYLE }} />
      </head>
      <body>
        <main>{children}</main>
      </body>
    </html>
  );
}

/** A whole document as text. */
export function renderDocument(page: Child): string {
  return `<!DOCTYPE html>${String(page)}`;
}
