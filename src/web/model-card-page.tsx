import { raw } from 'hono/html';
import type { ModelCard } from '../scoring/index.ts';
import { CARD_STYLE } from './card-style.ts';
import { ModelCardContent } from './model-card-content.tsx';
import { renderPage } from './page-shell.tsx';

/**
 * A model card as one page of HTML that needs nothing else: no script, nothing fetched, light and dark, for screens of any
 * width and for paper. All text of the card is escaped.
 *
 * @example
 * fs.writeFileSync('churn.html', renderModelCard(await tenure.scores.card('churn')));
 */
export function renderModelCard(card: ModelCard): string {
  const title = `Model card: ${card.name}`;
  return renderPage(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <style>{raw(CARD_STYLE)}</style>
      </head>
      <body>
        <main>
          <h1>{title}</h1>
          <ModelCardContent {...card} />
          <footer class="quiet small">Days are UTC.</footer>
        </main>
      </body>
    </html>,
  );
}
