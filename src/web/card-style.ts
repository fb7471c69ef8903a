import { PAGE_STYLE } from '../runner/index.ts';

/** The looks of a model card: light and dark, wide, narrow and on paper; nothing is fetched. */
export const CARD_STYLE = `${PAGE_STYLE}
main { max-width: 1152px; margin: 0 auto; padding: 24px; font-size: 13px; }
h1 { font-size: 20px; line-height: 28px; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 14px; line-height: 20px; margin: 0 0 8px; }
p { margin: 0 0 8px; max-width: 80ch; }
.quiet, figcaption, caption { color: var(--quiet); }
figcaption, caption, .small { font-size: 12px; line-height: 16px; }
caption { caption-side: bottom; text-align: left; padding-top: 8px; }
code { font: 12px/16px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: break-word; }
.alarms { list-style: none; margin: 16px 0; padding: 0; display: grid; gap: 8px; }
.alarms li { border: 1px solid currentColor; border-radius: 8px; padding: 8px 16px; overflow-wrap: anywhere; }
.alarms span { color: var(--ink); }
.good { color: var(--good); }
.warn { color: var(--warn); }
.bad { color: var(--bad); }
.grid-3, .grid-2 { display: grid; gap: 16px; margin: 16px 0; align-items: start; }
.grid-3 { grid-template-columns: repeat(3, minmax(0, 1fr)); align-items: stretch; }
.grid-2 { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.card { border: 1px solid var(--line); border-radius: 8px; padding: 16px; background: var(--panel); min-width: 0; }
.below { margin-top: 16px; }
.kpi { font-size: 28px; line-height: 32px; font-variant-numeric: tabular-nums; margin: 4px 0; }
.kpi small { font-size: 12px; line-height: 16px; color: var(--quiet); white-space: nowrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-size: 12px; line-height: 16px; color: var(--quiet); vertical-align: bottom; font-weight: 600; }
tbody th { font-weight: 400; overflow-wrap: break-word; }
tbody tr:last-child > * { border-bottom: 0; }
.number { text-align: right; }
td.number { white-space: nowrap; }
.scroll + p { margin-top: 12px; }
.bars td:last-child { width: 45%; vertical-align: middle; }
.bar { display: block; width: 100%; height: 12px; fill: var(--accent); }
figure { margin: 0; }
.chart { display: block; width: 100%; max-width: 440px; height: auto; margin: 0 auto 8px; }
.chart text { font-size: 11px; fill: var(--quiet); font-variant-numeric: tabular-nums; }
.chart .grid { stroke: var(--line); stroke-width: .75; }
.chart .diagonal { stroke: var(--quiet); stroke-dasharray: 4 4; }
.chart polyline { fill: none; stroke: var(--accent); stroke-width: 1.5; }
.chart .interval { stroke: var(--accent); stroke-width: 1.5; stroke-opacity: .6; }
.chart circle { fill: var(--accent); stroke: var(--panel); stroke-width: 1; }
details { margin-top: 8px; }
summary { cursor: pointer; min-height: 24px; color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
footer { margin-top: 16px; }
@media (max-width: 900px) { .grid-2 { grid-template-columns: minmax(0, 1fr); } .grid-3 { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (max-width: 600px) { main { padding: 16px; } .grid-3 { grid-template-columns: minmax(0, 1fr); gap: 8px; } th, td { padding-right: 8px; } .card { padding: 12px; }  td.number { white-space: normal; }
  .bars td:last-child { width: 30%; } }
@media print {
  :root { color-scheme: light; --ground: #ffffff; --panel: #ffffff; --line: #d5dbe1; --ink: #1b2229; --quiet: #57626d;
    --accent: #0b6bcb; --good: #0a7d4f; --warn: #9a6700; --bad: #c4314b; }
  main { max-width: none; padding: 0; }
  .card { break-inside: avoid; }
  details { display: none; }
}
`;
