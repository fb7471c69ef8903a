import fs from 'node:fs';
import { parse } from 'yaml';
import {
  type BundleFiles,
  readZip,
  type SupersetChart,
  type SupersetDataset,
} from '../../src/exports/index.ts';

/** A bundle as a test looks at it. */
export interface ReadBundle {
  readonly files: BundleFiles;
  readonly charts: ReadonlyMap<string, SupersetChart>;
  /** By UUID. */
  readonly datasets: ReadonlyMap<string, SupersetDataset>;
}

export function readBundle(file: string): ReadBundle {
  const files = readZip(fs.readFileSync(file), file);
  const list = <T>(folder: string) =>
    [...files].flatMap(([path, text]) =>
      path.split('/')[1] === folder ? [[path.split('/').at(-1) ?? '', parse(text) as T] as const] : [],
    );
  const datasets = list<SupersetDataset>('datasets').map(([, dataset]) => [dataset.uuid, dataset] as const);
  return { files, charts: new Map(list<SupersetChart>('charts')), datasets: new Map(datasets) };
}

/** The dataset of a chart. */
export function findDataset({ datasets }: ReadBundle, chart: SupersetChart): SupersetDataset {
  const dataset = datasets.get(chart.dataset_uuid);
  if (dataset === undefined) throw new Error(`${chart.slice_name} has no dataset`);
  return dataset;
}
