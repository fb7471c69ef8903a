import { escapeHtml } from '../base/index.ts';
import type { Catalog } from './catalog.ts';
import { renderAnchor } from './docs-anchor.ts';
import { buildDocsEntries, type DocsEntry, type DocsOptions, type DocsTest } from './docs-entry.ts';
import { renderLineage } from './docs-lineage.ts';
import { DOCS_SCRIPT, DOCS_STYLE } from './docs-style.ts';
import type { Manifest } from './manifest.ts';

type Entries = ReadonlyMap<string, DocsEntry>;

function renderTests(tests: readonly DocsTest[]): string {
  const list = tests.map(({ label, name, isWarning }) => {
    const text = `<code title="${escapeHtml(name)}">${escapeHtml(label)}</code>`;
    return isWarning ? `${text} <span class="warning">⚠ warns</span>` : text;
  });
  return list.join('<br>');
}

function renderColumns(entry: DocsEntry): string {
  if (entry.columns.length === 0) return '';
  const rows = entry.columns.map((column) => {
    const tests = entry.tests.filter((test) => test.column?.toLowerCase() === column.name.toLowerCase());
    return (
      `<tr><td><code>${escapeHtml(column.name)}</code></td><td><code>${escapeHtml(column.type)}</code></td>` +
      `<td class="description">${escapeHtml(column.description)}</td><td>${renderTests(tests)}</td></tr>`
    );
  });
  const head = '<tr><th>Column</th><th>Type</th><th>Description</th><th>Tests</th></tr>';
  return `<h3>Columns</h3><div class="scroll"><table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function renderOtherTests(entry: DocsEntry): string {
  const shown = new Set(entry.columns.map((column) => column.name.toLowerCase()));
  const others = entry.tests.filter((test) => !shown.has(test.column?.toLowerCase() ?? ''));
  return others.length === 0 ? '' : `<h3>Tests</h3><p>${renderTests(others)}</p>`;
}

function renderCode(title: string, code: string | null): string {
  if (code === null || code.trim() === '') return '';
  const text = escapeHtml(code.trim());
  return `<details><summary>${escapeHtml(title)}</summary><pre><code>${text}</code></pre></details>`;
}

function renderLinks(entries: Entries, title: string, ids: readonly string[]): string {
  const links = ids.map((id) => {
    const name = escapeHtml(entries.get(id)?.name ?? id);
    return entries.has(id) ? `<a href="${renderAnchor(id)}">${name}</a>` : name;
  });
  return `<p><span class="quiet">${title}:</span> ${links.length === 0 ? 'none' : links.join(', ')}</p>`;
}

function renderEntry(entries: Entries, entry: DocsEntry): string {
  const badges = [entry.kind, ...entry.tags].map((text) => `<span class="badge">${escapeHtml(text)}</span>`);
  const place = [entry.relation, entry.file].filter((text) => text !== null).map((text) => escapeHtml(text));
  const code = renderCode('SQL as written', entry.rawCode) + renderCode('SQL compiled', entry.compiledCode);
  return `<section class="entry" id="${escapeHtml(entry.uniqueId)}">
<h1>${escapeHtml(entry.name)}</h1>
<p>${badges.join('')} <code class="quiet">${place.join(' · ')}</code></p>
<p class="description">${escapeHtml(entry.description) || '<span class="quiet">No description.</span>'}</p>
${renderColumns(entry)}
${renderOtherTests(entry)}
<h3>Lineage</h3>
${renderLineage(entries, entry)}
${renderLinks(entries, 'Reads', entry.parents)}
${renderLinks(entries, 'Read by', entry.children)}
${code === '' ? '' : `<h3>SQL</h3>${code}`}
</section>`;
}

function renderNavigation(entries: readonly DocsEntry[]): string {
  const folders = new Map<string, DocsEntry[]>();
  for (const entry of entries) folders.set(entry.folder, [...(folders.get(entry.folder) ?? []), entry]);
  const groups = [...folders].map(([folder, list]) => {
    const items = list.map((entry) => {
      const words = [
        entry.name,
        entry.kind,
        entry.folder,
        ...entry.tags,
        ...entry.columns.map((c) => c.name),
      ];
      const text = escapeHtml(words.join(' ').toLowerCase());
      return `<li data-text="${text}"><a href="${renderAnchor(entry.uniqueId)}">${escapeHtml(entry.name)}</a></li>`;
    });
    return `<div data-group><h2>${escapeHtml(folder)}</h2><ul>${items.join('')}</ul></div>`;
  });
  const box =
    '<label class="quiet" for="filter">Filter by name, column, folder or tag</label>' +
    '<input id="filter" type="search" autocomplete="off">';
  return `<nav aria-label="Models">${box}${groups.join('')}</nav>`;
}

function renderOverview(title: string, entries: readonly DocsEntry[], generatedAt: string): string {
  const rows = entries.map(
    (entry) =>
      `<tr><td><a href="${renderAnchor(entry.uniqueId)}">${escapeHtml(entry.name)}</a></td>` +
      `<td>${escapeHtml(entry.kind)}</td><td class="number" data-label="Columns">${entry.columns.length}</td>` +
      `<td class="number" data-label="Tests">${entry.tests.length}</td>` +
      `<td>${escapeHtml(entry.description.split('\n')[0] ?? '')}</td></tr>`,
  );
  const head = '<tr><th>Name</th><th>Kind</th><th>Columns</th><th>Tests</th><th>Description</th></tr>';
  return `<section class="overview"><h1>${escapeHtml(title)}</h1>
<p class="quiet">${escapeHtml(generatedAt)}</p>
<div class="scroll"><table><thead>${head}</thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}

/**
 * The documentation of a project as one HTML page that needs nothing else: a list with a filter, and for every
 * model, seed, source and exposure its columns with types, descriptions and tests, its SQL and its lineage.
 *
 * @example
 * const catalog = await buildCatalog(engine, compiler.manifest, clock);
 * fs.writeFileSync('target/index.html', renderDocsSite(compiler.manifest, catalog, compiler));
 */
export function renderDocsSite(manifest: Manifest, catalog: Catalog, options: DocsOptions = {}): string {
  const list = buildDocsEntries(manifest, catalog, options);
  const entries = new Map(list.map((entry) => [entry.uniqueId, entry]));
  const title = String(manifest.metadata['project_name'] ?? 'dbt project');
  const generatedAt = `Generated ${String(catalog.metadata['generated_at'] ?? '')}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${DOCS_STYLE}</style>
</head>
<body>
<div class="layout">
${renderNavigation(list)}
<main>
${renderOverview(title, list, generatedAt)}
${list.map((entry) => renderEntry(entries, entry)).join('\n')}
</main>
</div>
<script>${DOCS_SCRIPT}</script>
</body>
</html>
`;
}
