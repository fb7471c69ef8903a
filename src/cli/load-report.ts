import type { LoadReport } from '../app/index.ts';
import { renderTextTable } from './text-table.ts';

const SHOWN_SAMPLES = 10;
const SHOWN_SKIPPED = 10;

function renderSamples(report: LoadReport): string {
  const lines = report.samples.slice(0, SHOWN_SAMPLES).map((sample) => {
    const place = sample.key === null ? `${sample.file}:${sample.line}` : `${sample.file}, ${sample.key}`;
    const cell =
      sample.column === null ? '' : ` ${sample.column}${sample.value === null ? '' : ` "${sample.value}"`}`;
    return `  ${place}:${cell} ${sample.reason}\n`;
  });
  const more =
    report.rejected > SHOWN_SAMPLES ? `  … all of them: tenure query --raw "from raw_rejects"\n` : '';
  return `\nRejected, with the reason (rows are kept in raw_rejects):\n${lines.join('')}${more}`;
}

/** What a load did, as text: a line per file, totals that add up, and why rows were turned away. */
export function renderLoadReport(report: LoadReport): string {
  const columns = ['file', 'table', 'read', 'new', 'updated', 'unchanged', 'rejected'];
  const rows = report.files.map((file) => [
    file.parts === undefined ? file.file : `${file.file} (${file.parts.toLocaleString('en')} files)`,
    file.table ?? '?',
    file.read,
    file.inserted,
    file.updated,
    file.unchanged,
    file.rejected,
  ]);
  const total = [
    'total',
    '',
    report.read,
    report.inserted,
    report.updated,
    report.unchanged,
    report.rejected,
  ];
  const ignored = report.files
    .filter((file) => file.ignoredColumns.length > 0)
    .map(
      (file) =>
        `  ${file.file}: columns the contract does not know, left out: ${file.ignoredColumns.join(', ')}\n`,
    );
  const shown = report.skippedFiles.slice(0, SHOWN_SKIPPED);
  const skipped = shown.map((file) => `  ${file}: not a data file, left out\n`);
  const others = report.skippedFiles.length - shown.length;
  if (others > 0) skipped.push(`  … and ${others.toLocaleString('en')} more that are not data files\n`);
  const notes = report.notes.map((note) => `  ${note}\n`);
  const ending = {
    loaded: `Batch ${report.batchId} loaded. Take it back with: tenure load --undo ${report.batchId}\n`,
    dry_run: 'Dry run: nothing was written.\n',
    refused: 'Nothing was loaded: --strict, and rows were rejected.\n',
  }[report.status];
  return [
    renderTextTable(columns, [...rows, total]),
    ...ignored,
    ...skipped,
    ...notes,
    report.rejected > 0 ? `${renderSamples(report)}\n` : '',
    ending,
  ].join('');
}
