import { PAGE_STYLE } from '../runner/index.ts';

/** The looks of what a model card consists of: alone and among the pages. */
export const CARD_PARTS_STYLE = `
.model-card caption { caption-side: bottom; text-align: left; padding-top: 8px; color: var(--quiet); font-size: 12px; line-height: 16px; }
.model-card { margin-bottom: 16px; } .model-card .card { grid-column: auto; display: block; }
.model-card h2 { margin: 0 0 8px; }
.model-card > p { max-width: 80ch; }
.alarms { list-style: none; margin: 16px 0; padding: 0; display: grid; gap: 8px; }
.alarms li { border: 1px solid currentColor; border-radius: 8px; padding: 8px 16px; overflow-wrap: anywhere; }
.alarms span { color: var(--ink); }
.grid-3, .grid-2 { display: grid; gap: 16px; margin: 16px 0; align-items: start; }
.grid-3 { grid-template-columns: repeat(3, minmax(0, 1fr)); align-items: stretch; }
.grid-2 { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.column { display: grid; gap: 16px; min-width: 0; }
.measure { font-size: 28px; line-height: 32px; font-variant-numeric: tabular-nums; margin: 4px 0; }
.measure small { font-size: 12px; line-height: 16px; color: var(--quiet); white-space: nowrap; }
.model-card .scroll + p { margin-top: 12px; }
.bars td:last-child { width: 45%; vertical-align: middle; }
.curve { display: block; width: 100%; max-width: 440px; height: auto; margin: 0 auto 8px; }
.curve text { font-size: 11px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.curve .grid { stroke: var(--line); stroke-width: .75; }
.curve .diagonal { stroke: var(--quiet); stroke-dasharray: 4 4; }
.curve polyline { fill: none; stroke: var(--accent); stroke-width: 1.5; }
.curve .interval { stroke: var(--accent); stroke-width: 1.5; stroke-opacity: .6; }
.curve circle { fill: var(--accent); stroke: var(--ground); stroke-width: 1; }
@media (max-width: 900px) { .grid-2 { grid-template-columns: minmax(0, 1fr); } .grid-3 { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (max-width: 600px) { .grid-3 { grid-template-columns: minmax(0, 1fr); gap: 8px; } .model-card td.number { white-space: normal; } .bars td:last-child { width: 30%; } }
`;

/** The looks of a model card alone: light and dark, wide, narrow and on paper; nothing is fetched. */
export const CARD_STYLE = `${PAGE_STYLE}
main { max-width: 1152px; margin: 0 auto; padding: 24px; font-size: 13px; }
h1 { font-size: 20px; line-height: 28px; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 14px; line-height: 20px; margin: 0 0 8px; }
p { margin: 0 0 8px; max-width: 80ch; }
.quiet, figcaption { color: var(--quiet); }
figcaption, .small { font-size: 12px; line-height: 16px; }
code { font: 12px/16px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: break-word; }
.good { color: var(--good); }
.warn { color: var(--warn); }
.bad { color: var(--bad); }
.card { border: 1px solid var(--line); border-radius: 8px; padding: 16px; background: var(--panel); min-width: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-size: 12px; line-height: 16px; color: var(--quiet); vertical-align: bottom; font-weight: 600; }
tbody th { font-weight: 400; overflow-wrap: break-word; }
tbody tr:last-child > * { border-bottom: 0; }
.number { text-align: right; }
td.number { white-space: nowrap; }
.bar { display: block; width: 100%; height: 12px; fill: var(--accent); }
figure { margin: 0; }
details { margin-top: 8px; }
summary { cursor: pointer; min-height: 24px; color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
footer { margin-top: 16px; }
${CARD_PARTS_STYLE}
@media (max-width: 600px) { main { padding: 16px; } th, td { padding-right: 8px; } .card { padding: 12px; } }
@media print {
  :root { color-scheme: light; --ground: #ffffff; --panel: #ffffff; --line: #d5dbe1; --ink: #1b2229; --quiet: #57626d;
    --accent: #0b6bcb; --good: #0a7d4f; --warn: #9a6700; --bad: #c4314b; }
  main { max-width: none; padding: 0; }
  .card { break-inside: avoid; }
  details { display: none; }
}
`;
