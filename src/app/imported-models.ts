import fs from 'node:fs';
import path from 'node:path';
import { TenureError } from '../base/index.ts';
import { type ModelFile, OUTCOMES } from '../scoring/index.ts';
import type { Workspace } from './workspace.ts';

/** A model from outside lies beside the workspace's own dbt models: JSON of ours, or LightGBM text. */
const ENDINGS = ['json', 'txt'] as const;

/** The files of an outcome's models from outside; one at most unless somebody put another beside it. */
function listModelFiles({ root }: Workspace, name: string): readonly string[] {
  return ENDINGS.map((ending) => `models/${name}.${ending}`).filter((file) =>
    fs.existsSync(path.join(root, file)),
  );
}

/**
 * The models from outside in a workspace, by outcome.
 *
 * @throws TenureError MODEL_FILES_TWO
 */
export function readImportedModels(workspace: Workspace): ReadonlyMap<string, ModelFile> {
  const found = OUTCOMES.flatMap(({ name }): readonly (readonly [string, ModelFile])[] => {
    const [file, second] = listModelFiles(workspace, name);
    if (second !== undefined)
      throw new TenureError('MODEL_FILES_TWO', { model: name, files: `${file} and ${second}` });
    if (file === undefined) return [];
    return [[name, { name: file, text: fs.readFileSync(path.join(workspace.root, file), 'utf8') }]];
  });
  return new Map(found);
}

/** Deletes the models of an outcome from outside; returns their files. */
export function removeImportedModel(workspace: Workspace, name: string): readonly string[] {
  const files = listModelFiles(workspace, name);
  for (const file of files) fs.rmSync(path.join(workspace.root, file));
  return files;
}

/** Puts a model from outside into the place of one that lies there; returns its file. */
export function writeImportedModel(workspace: Workspace, name: string, text: string): string {
  const file = `models/${name}.${text.trimStart().startsWith('{') ? 'json' : 'txt'}`;
  const target = path.join(workspace.root, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const before = listModelFiles(workspace, name).filter((other) => other !== file);
  fs.writeFileSync(`${target}.part`, text);
  fs.renameSync(`${target}.part`, target);
  for (const other of before) fs.rmSync(path.join(workspace.root, other));
  return file;
}
