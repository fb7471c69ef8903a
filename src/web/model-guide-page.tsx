import type { ProjectGuide } from '../app/index.ts';
import { type DocsEntry, renderLineageDrawing } from '../runner/index.ts';
import { Page, type PageFrame, renderPage } from './page-shell.tsx';

type Frame = Omit<PageFrame, 'children'>;

const FAILED = ['fail', 'error', 'runtime error'];

const linkTo = (entry: Pick<DocsEntry, 'name'>): string =>
  `/catalogue/models/${encodeURIComponent(entry.name)}`;

function Outcome({ status }: { status: string | undefined }) {
  if (status === undefined) return <span class="quiet">not run in the last build</span>;
  if (FAILED.includes(status)) return <span class="bad">✕ failed</span>;
  if (status === 'warn') return <span class="warn">⚠ warns</span>;
  if (status === 'skipped') return <span class="quiet">skipped</span>;
  return <span class="good">✓ passed</span>;
}

/** How the tests of an entry ended, counted. */
function TestSummary({ entry, guide }: { entry: DocsEntry; guide: ProjectGuide }) {
  const ended = entry.tests.map(({ name }) => guide.outcomes.get(name)?.status);
  const failed = ended.filter((status) => status !== undefined && FAILED.includes(status)).length;
  if (entry.tests.length === 0) return <span class="quiet">none</span>;
  return failed > 0 ? (
    <span class="bad">{`✕ ${failed} of ${entry.tests.length} failed`}</span>
  ) : (
    <span>{entry.tests.length}</span>
  );
}

/** Every model, seed and source with its tests. */
export function renderModelListPage({
  frame,
  guide,
}: {
  readonly frame: Frame;
  readonly guide: ProjectGuide;
}): string {
  const folders = new Map<string, DocsEntry[]>();
  for (const entry of guide.entries.values())
    folders.set(entry.folder, [...(folders.get(entry.folder) ?? []), entry]);
  return renderPage(
    <Page {...frame}>
      <div class="head">
        <h1>Models and their tests</h1>
        <p>
          <a href="/catalogue">‹ Catalogue</a>
        </p>
      </div>
      <div class="grid">
        {[...folders].map(([folder, entries]) => (
          <section class="card span-12">
            <h2>{folder}</h2>
            <section class="scroll" tabindex={0} aria-label={folder}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">Is</th>
                    <th scope="col">What a row is</th>
                    <th scope="col" class="number">
                      Tests
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {entries.map((entry) => (
                    <tr>
                      <th scope="row">
                        <a href={linkTo(entry)}>
                          <code>{entry.name}</code>
                        </a>
                      </th>
                      <td>{entry.kind}</td>
                      <td class="wide">{entry.description.split('\n')[0]}</td>
                      <td class="number">
                        <TestSummary entry={entry} guide={guide} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </section>
        ))}
      </div>
    </Page>,
  );
}

function Columns({ entry, guide }: { entry: DocsEntry; guide: ProjectGuide }) {
  return (
    <section class="scroll" tabindex={0} aria-label="Columns">
      <table>
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Means</th>
            <th scope="col">Tests of the last build</th>
          </tr>
        </thead>
        <tbody>
          {entry.columns.map((column) => (
            <tr>
              <th scope="row">
                <code>{column.name}</code>
              </th>
              <td class="wide">{column.description}</td>
              <td>
                {entry.tests
                  .filter((test) => test.column === column.name)
                  .map((test) => (
                    <div>
                      <code>{test.label}</code> <Outcome status={guide.outcomes.get(test.name)?.status} />
                    </div>
                  ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A model: what a row is, its lineage, columns with their tests, and its SQL. */
export function renderModelGuidePage({
  frame,
  entry,
  guide,
}: {
  readonly frame: Frame;
  readonly entry: DocsEntry;
  readonly guide: ProjectGuide;
}): string {
  const others = entry.tests.filter(({ column }) => column === null);
  const code = entry.compiledCode ?? entry.rawCode;
  // Made by the runner, which escapes every name in it.
  const drawing = { __html: renderLineageDrawing(guide.entries, entry, linkTo) };
  return renderPage(
    <Page {...frame}>
      <div class="head">
        <h1>{entry.name}</h1>
        <p>
          <a href="/catalogue/models">‹ Models</a>
        </p>
      </div>
      <p>{entry.description}</p>
      <p>
        <span class="badge quiet">{entry.kind}</span> <code class="quiet">{entry.file}</code>
      </p>
      <div class="grid">
        <section class="card span-12">
          <h2>Lineage</h2>
          <div dangerouslySetInnerHTML={drawing} />
        </section>
        <section class="card span-12">
          <h2>Columns</h2>
          {entry.columns.length === 0 ? (
            <p class="quiet">None is described.</p>
          ) : (
            <Columns entry={entry} guide={guide} />
          )}
        </section>
        {others.length === 0 ? null : (
          <section class="card span-12">
            <h2>Tests</h2>
            <ul>
              {others.map((test) => (
                <li>
                  <code>{test.label}</code> <Outcome status={guide.outcomes.get(test.name)?.status} />
                </li>
              ))}
            </ul>
          </section>
        )}
        {code === null ? null : (
          <section class="card span-12">
            <h2>SQL</h2>
            <pre tabindex={0}>
              <code>{code.trim()}</code>
            </pre>
          </section>
        )}
      </div>
    </Page>,
  );
}
