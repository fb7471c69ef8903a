import type { Child } from 'hono/jsx';

export interface CardProps {
  readonly title: string;
  /** To link to it within the page. */
  readonly id?: string;
  /** Columns of twelve. */
  readonly span?: 4 | 6 | 8 | 12;
  readonly children?: Child;
}

/** A card with its heading. */
export function Card({ title, id, span = 6, children }: CardProps) {
  return (
    <section class={`card span-${span}`} id={id}>
      <div class="card-head">
        <h2>{title}</h2>
      </div>
      {children}
    </section>
  );
}

/** A big figure with what is to know of it below. */
export function KpiCard({ title, value, children }: { title: string; value: Child; children?: Child }) {
  return (
    <section class="card kpi span-3">
      <div class="card-head">
        <h2>{title}</h2>
      </div>
      <p class="value">{value}</p>
      <div class="chips small">{children}</div>
    </section>
  );
}
