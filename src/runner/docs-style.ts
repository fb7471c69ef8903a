/** What every page begins with: its colours, light and dark, and its type. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #ffffff; --panel: #f6f8fa; --line: #d5dbe1; --ink: #1b2229;
  --quiet: #57626d; --accent: #0b6bcb; --good: #0a7d4f; --warn: #9a6700; --bad: #c4314b; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0f1419; --panel: #161b22; --line: #303843; --ink: #e3e8ed; --quiet: #9aa6b2;
    --accent: #5aaef5; --good: #3fd08b; --warn: #e3b341; --bad: #ff7b8b; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 14px/20px system-ui, -apple-system, "Segoe UI", sans-serif; }
`;

/** The looks of the documentation page: light and dark, wide and narrow, nothing fetched. */
export const DOCS_STYLE = `${PAGE_STYLE}
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.layout { display: grid; grid-template-columns: 288px minmax(0, 1fr); min-height: 100vh; }
nav { background: var(--panel); border-right: 1px solid var(--line); padding: 16px; position: sticky; top: 0;
  height: 100vh; overflow-y: auto; }
nav input { width: 100%; min-height: 32px; padding: 4px 8px; font: inherit; color: inherit;
  background: var(--ground); border: 1px solid var(--line); border-radius: 4px; }
nav h2 { font-size: 12px; line-height: 16px; color: var(--quiet); margin: 16px 0 4px; overflow-wrap: anywhere; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: 2px 4px; min-height: 24px; overflow-wrap: anywhere; }
main { padding: 24px; max-width: 1152px; min-width: 0; }
h1 { font-size: 20px; line-height: 28px; margin: 0 0 8px; overflow-wrap: anywhere; }
h3 { font-size: 14px; line-height: 20px; margin: 24px 0 8px; }
.description { white-space: pre-line; max-width: 80ch; }
.quiet { color: var(--quiet); }
.badge { display: inline-block; padding: 0 8px; margin-right: 4px; border: 1px solid var(--line);
  border-radius: 10px; font-size: 12px; color: var(--quiet); }
.warning { color: var(--warn); }
section.entry { display: none; }
section.entry:target { display: block; }
main:has(section.entry:target) .overview { display: none; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); }
th { font-size: 12px; color: var(--quiet); }
td:last-child { overflow-wrap: anywhere; }
section.entry th:nth-child(3) { min-width: 160px; width: 45%; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code, pre { font: 12px/18px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px; overflow-x: auto; }
summary { cursor: pointer; min-height: 24px; }
.lineage .edges path { fill: none; stroke: var(--quiet); stroke-opacity: .6; }
.lineage rect { fill: var(--panel); stroke: var(--line); }
.lineage .centre rect { stroke: var(--accent); stroke-width: 2; }
.lineage text { font-size: 12px; fill: var(--ink); }
@media (max-width: 768px) {
  .layout { grid-template-columns: minmax(0, 1fr); }
  nav { position: static; height: auto; max-height: 40vh; border-right: 0; border-bottom: 1px solid var(--line); }
  main { padding: 16px; }
  table, tbody, tr, td { display: block; width: auto; }
  thead, tr:has(> th) { display: none; }
  tr { padding: 8px 0; border-bottom: 1px solid var(--line); }
  td { border: 0; padding: 0; }
  td.number { text-align: left; }
  td.number::before { content: attr(data-label) ' '; color: var(--quiet); }
}
@media print { nav { display: none; } section.entry { display: block; } }
`;

/** Narrows the list while one types; \`/\` goes to the box. Without scripts the list is simply whole. */
export const DOCS_SCRIPT = `
const box = document.getElementById('filter');
const groups = [...document.querySelectorAll('nav [data-group]')];
box.addEventListener('input', () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  for (const group of groups) {
    let shown = 0;
    for (const item of group.querySelectorAll('li')) {
      const isShown = words.every((word) => item.dataset.text.includes(word));
      item.hidden = !isShown;
      if (isShown) shown += 1;
    }
    group.hidden = shown === 0;
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && document.activeElement !== box) { event.preventDefault(); box.focus(); }
});
addEventListener('hashchange', () => scrollTo(0, 0));
`;
