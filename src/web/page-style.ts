import { PAGE_STYLE } from '../runner/index.ts';
import { CARD_PARTS_STYLE } from './card-style.ts';

/** Colours of series, light and dark; `--series-1` … `--series-6`. */
const SERIES = {
  light: ['#0b6bcb', '#c78641', '#693300', '#12a4a8', '#551a98', '#ad3e72'],
  dark: ['#5aaef5', '#f8ab1c', '#b37a37', '#a5ecf4', '#9566e4', '#eb539a'],
} as const;

const renderSeries = (colours: readonly string[]): string =>
  colours.map((colour, place) => `--series-${place + 1}: ${colour};`).join(' ');

/** An edge fades where more of a table lies beyond it: a cover that goes with the table hides the fade at the table's end. */
const SCROLL_EDGES = (['left', 'right', 'bottom'] as const)
  .flatMap((side) => {
    const size = (depth: number): string => (side === 'bottom' ? `100% ${depth}px` : `${depth}px 100%`);
    return [
      `linear-gradient(var(--ground), var(--ground)) ${side} / ${size(16)} no-repeat local`,
      `linear-gradient(to ${side}, transparent, var(--line)) ${side} / ${size(12)} no-repeat scroll`,
    ];
  })
  .join(', ');

/** The looks of all pages of the server: light and dark, from 390 pixels to 1440, and on paper. */
export const TENURE_STYLE = `${PAGE_STYLE}
:root { ${renderSeries(SERIES.light)} --heat: 11, 107, 203; }
@media (prefers-color-scheme: dark) { :root { ${renderSeries(SERIES.dark)} --heat: 90, 174, 245; } }
html { -webkit-text-size-adjust: 100%; }
body { font-size: 13px; line-height: 20px; display: grid; grid-template-columns: 184px minmax(0, 1fr); min-height: 100vh; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
main .value a { text-decoration: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main :is(p, li, dd):not(.tabs, .value) a:not(.button) { text-decoration: underline; text-underline-offset: 2px; }
main:focus { outline: none; }
h1 { font-size: 20px; line-height: 28px; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 14px; line-height: 20px; margin: 0; }
h3 { font-size: 13px; line-height: 20px; margin: 16px 0 4px; }
p { margin: 0 0 8px; }
.quiet { color: var(--quiet); }
.small, .chip, label, figcaption { font-size: 12px; line-height: 16px; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
code, pre { font: 12px/16px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px; overflow-x: auto; margin: 8px 0; }
kbd { font: 12px/16px ui-monospace, monospace; border: 1px solid var(--line); border-radius: 4px; padding: 0 4px; background: var(--panel); }
.skip { position: absolute; left: -999px; } .skip:focus { left: 8px; top: 8px; background: var(--ground); padding: 8px; z-index: 9; }
.side { background: var(--panel); border-right: 1px solid var(--line); padding: 16px 12px; position: sticky; top: 0; height: 100vh; overflow-y: auto; display: flex; flex-direction: column; gap: 8px; }
.brand { font-size: 16px; line-height: 24px; font-weight: 700; color: var(--ink); padding: 0 8px; }
.menu { display: none; }
.nav-group h2 { font-size: 12px; line-height: 16px; font-weight: 600; color: var(--quiet); padding: 12px 8px 4px; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: 4px 8px; border-radius: 4px; color: var(--ink); }
nav li a:hover { background: var(--ground); text-decoration: none; }
nav li a[aria-current] { background: var(--ground); box-shadow: inset 2px 0 0 var(--accent); font-weight: 600; }
.account { margin: auto 0 0; padding: 8px; display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
main { padding: 16px 24px 24px; max-width: 1256px; width: 100%; min-width: 0; }
.banner { border: 1px solid currentColor; border-radius: 8px; padding: 8px 16px; margin: 0 0 12px; }
footer { margin-top: 24px; }
.head { display: flex; flex-wrap: wrap; gap: 0 12px; align-items: baseline; margin-bottom: 8px; }
.head p { margin: 0; }
.head .actions { margin-left: auto; display: flex; gap: 8px; }
button, .button, select, input, textarea { font: inherit; font-size: 12px; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 4px; min-height: 28px; padding: 2px 8px; }
textarea { width: 100%; padding: 8px; line-height: 20px; font-size: 13px; }
button, .button { cursor: pointer; display: inline-flex; align-items: center; gap: 4px; color: var(--ink); }
button:hover, .button:hover { background: var(--panel); text-decoration: none; }
button.primary, .button.primary { background: #0b6bcb; border-color: #0b6bcb; color: #ffffff; }
button.plain { border: 0; background: none; color: var(--accent); padding: 0 4px; min-height: 24px; }
button[disabled] { opacity: .6; cursor: default; }
.filters { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 0 0 16px; min-height: 28px; }
.filters label { display: inline-flex; gap: 4px; align-items: center; color: var(--quiet); }
.filters select, .filters input { color: var(--ink); max-width: 180px; }
.pick { position: relative; }
.pick > summary { list-style: none; cursor: pointer; border: 1px solid var(--line); border-radius: 4px; min-height: 28px; padding: 3px 8px; font-size: 12px; background: var(--ground); }
.pick > summary::-webkit-details-marker { display: none; }
.pick[open] > div { position: absolute; z-index: 5; top: 32px; left: 0; min-width: 200px; max-height: 320px; overflow-y: auto; background: var(--ground); border: 1px solid var(--line); border-radius: 8px; padding: 8px; }
.pick.right[open] > div { left: auto; right: 0; }
.pick label { display: flex; gap: 8px; min-height: 28px; align-items: center; color: var(--ink); }
.pick input[type=checkbox] { min-height: 0; width: 16px; height: 16px; margin: 0; }
.grid { display: grid; grid-template-columns: repeat(12, minmax(0, 1fr)); gap: 16px; }
.card { grid-column: span 6; border: 1px solid var(--line); border-radius: 8px; padding: 16px; background: var(--ground); min-width: 0; display: flex; flex-direction: column; }
.span-3 { grid-column: span 3; } .span-4 { grid-column: span 4; } .span-6 { grid-column: span 6; } .span-8 { grid-column: span 8; } .span-12 { grid-column: span 12; }
.card.kpi { min-height: 112px; padding: 12px 16px; }
.card-head { display: flex; gap: 8px; align-items: baseline; min-height: 24px; }
.card-head h2 { min-width: 0; overflow-wrap: anywhere; }
.card-head h2 a { color: var(--ink); }
.card.kpi h2 { font-size: 12px; line-height: 16px; font-weight: 600; color: var(--quiet); }
.card.kpi h2 a { color: inherit; }
.card-head .actions { margin-left: auto; display: flex; gap: 0; align-items: center; }
.card-head .actions > * { white-space: nowrap; min-height: 24px; line-height: 24px; padding: 0 4px; }
.value { font-size: 28px; line-height: 32px; font-variant-numeric: tabular-nums; margin: 4px 0; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.value a { color: inherit; }
.chips { display: flex; flex-wrap: wrap; gap: 0 12px; margin: auto 0 0; }
.chip { white-space: nowrap; }
.note { color: var(--quiet); font-size: 12px; line-height: 16px; margin: 4px 0 0; }
figure { margin: 0; display: flex; flex-direction: column; min-width: 0; flex: 1; }
.chart { height: 224px; width: 100%; min-width: 0; }
.chart.tall { height: 320px; } .chart.low { height: 176px; }
.empty { min-height: 112px; display: flex; flex-direction: column; justify-content: center; gap: 4px; }
.empty p { margin: 0; max-width: 64ch; }
details.table > summary, details.more > summary { cursor: pointer; color: var(--accent); font-size: 12px; line-height: 24px; min-height: 24px; width: max-content; max-width: 100%; }
.scroll { overflow-x: auto; max-width: 100%; position: relative; container-type: inline-size; background: ${SCROLL_EDGES}; }
.scroll.short { max-height: 344px; overflow-y: auto; } .heat.short { max-height: 460px; }
caption { text-align: left; caption-side: bottom; padding-top: 4px; position: sticky; left: 0; max-width: 100cqi; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; }
.funnel-bar { width: 40%; vertical-align: middle; min-width: 80px; }
.funnel tbody th { min-width: 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-size: 12px; line-height: 16px; color: var(--quiet); font-weight: 600; vertical-align: bottom; }
.scroll.short thead th { position: sticky; top: 0; background: var(--ground); }
tbody th { font-weight: 400; min-width: 104px; }
td:not(.number) { min-width: 72px; }
tbody tr:last-child > * { border-bottom: 0; }
.number { text-align: right; white-space: nowrap; }
td.wide { min-width: 240px; }
.heat td.number { text-align: center; border: 2px solid var(--ground); border-radius: 4px; padding: 6px 4px; }
.heat th.number { text-align: center; }
.heat td a { color: var(--ink); text-decoration: underline; text-underline-offset: 2px; }
.heat tbody th, .heat td { border-bottom: 0; white-space: nowrap; }
.dim { opacity: .6; } .waiting .card > :not(.card-head) { visibility: hidden; } .waiting .card { background: var(--panel); }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 8px 0; }
dl.facts dt { color: var(--quiet); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
dl.keys { display: grid; grid-template-columns: max-content 1fr; gap: 8px 16px; margin: 12px 0; } dl.keys dd { margin: 0; }
dialog { border: 1px solid var(--line); border-radius: 8px; padding: 16px 24px; background: var(--ground); color: var(--ink); max-width: min(560px, calc(100vw - 32px)); }
dialog::backdrop { background: rgba(0, 0, 0, .4); }
.tabs { display: flex; flex-wrap: wrap; gap: 4px; margin: 0 0 16px; }
.tabs a { padding: 4px 12px; border: 1px solid var(--line); border-radius: 16px; color: var(--ink); min-height: 28px; }
.tabs a[aria-current] { border-color: var(--accent); color: var(--accent); font-weight: 600; }
.bar { display: block; width: 100%; height: 12px; } .bar rect { fill: var(--accent); } .bar .lost { fill: var(--line); }
.lineage .edges path { fill: none; stroke: var(--quiet); stroke-opacity: .6; } .lineage rect { fill: var(--panel); stroke: var(--line); } .lineage .centre rect { stroke: var(--accent); stroke-width: 2; } .lineage text { font-size: 12px; fill: var(--ink); }
.badge { display: inline-block; border: 1px solid currentColor; border-radius: 12px; padding: 0 8px; font-size: 12px; line-height: 18px; white-space: nowrap; }
.plain-page { display: block; } .plain-page main { max-width: 832px; margin: 0 auto; padding: 32px 16px; }
.plain-page h2 { margin-top: 32px; } .plain-page form { display: grid; gap: 8px; max-width: 400px; margin: 16px 0; } .plain-page form button { justify-self: start; }
.problem { color: var(--bad); font-weight: 600; }
.small-line { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 8px; margin: 8px 0 4px; }
.small-line .axis { display: flex; flex-direction: column; justify-content: space-between; text-align: right; }
.small-line svg { display: block; width: 100%; height: 136px; overflow: visible; }
.small-line .base { stroke: var(--line); vector-effect: non-scaling-stroke; fill: none; }
.small-line .line { stroke: var(--series-1); stroke-width: 1.5; vector-effect: non-scaling-stroke; fill: none; stroke-linejoin: round; }
.small-line .days { grid-column: 2; display: flex; justify-content: space-between; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.buttons { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 8px 0; } .buttons p { flex-basis: 100%; margin: 0; }
.field { display: flex; flex-direction: column; gap: 4px; } .field label { color: var(--quiet); } .field select { align-self: flex-start; }
.lead { font-size: 16px; line-height: 24px; margin: 4px 0; }
.words { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
.card ul, .card ol { margin: 0 0 8px; padding-left: 20px; } .card ul.plain { list-style: none; padding: 0; }
.paging { display: flex; gap: 12px; align-items: center; margin: 16px 0 0; }
${CARD_PARTS_STYLE}
@media (max-width: 1199px) { .span-3 { grid-column: span 6; } .span-4 { grid-column: span 6; } .span-8 { grid-column: span 12; } }
@media (max-width: 900px) {
  body { display: block; }
  .side { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); flex-direction: row; align-items: center; padding: 8px 16px; flex-wrap: wrap; }
  .side .wide-only { display: none; } .menu { display: block; }
  .menu > summary { cursor: pointer; min-height: 28px; line-height: 28px; padding: 0 8px; }
  .menu[open] { flex-basis: 100%; order: 3; }
  .account { margin: 0 0 0 auto; padding: 0; }
  .card, .span-6, .span-8 { grid-column: span 12; } .span-3 { grid-column: span 6; }
}
@media (max-width: 767px) { main { padding: 16px; } }
@media (max-width: 600px) {
  .grid { gap: 12px; } .span-4 { grid-column: span 12; }
  .card { padding: 12px; } .card.kpi { padding: 8px 12px; }
  .value { font-size: 24px; }
  .chip { white-space: normal; }
  th, td { padding-right: 8px; } .funnel-bar { min-width: 48px; } .funnel thead th { white-space: normal; }
  .account.small { display: none; }
  .head .actions { margin-left: 0; }
}
@media (prefers-reduced-motion: no-preference) { .grid { transition: opacity .15s; } }
@media print {
  :root { color-scheme: light; --ground: #ffffff; --panel: #ffffff; --line: #d5dbe1; --ink: #1b2229; --quiet: #57626d; --accent: #0b6bcb;
    --good: #0a7d4f; --warn: #9a6700; --bad: #c4314b; ${renderSeries(SERIES.light)} }
  body { display: block; } .side, .actions, details.table, .filters button, .skip { display: none !important; }
  main { padding: 0; max-width: none; }
  .card { break-inside: avoid; }
}
`;
