import path from 'node:path';
import type { Manifest, ManifestMacro, ManifestNode } from './manifest.ts';
import { lineAt } from './source-text.ts';
import { maskSql } from './sql-mask.ts';
import { parseSqlShape } from './sql-shape.ts';
import { type Finding, findClocks, STYLE_RULES } from './style-rules.ts';

/** One breach of the style rules. */
export interface StyleProblem {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly message: string;
}

interface Place {
  readonly file: string;
  readonly text: string;
  readonly firstLine: number;
}

function toProblems(place: Place, rule: string, findings: readonly Finding[]): StyleProblem[] {
  return findings.map(({ offset, message }) => ({
    file: place.file,
    line: lineAt(place, offset),
    rule,
    message,
  }));
}

function checkModel(model: ManifestNode): StyleProblem[] {
  const file = path.join(model.root_path, model.original_file_path);
  const sql = maskSql(model.raw_code);
  const shape = parseSqlShape(sql.text);
  const place = { file, text: sql.text, firstLine: 1 };
  return [
    ...STYLE_RULES.flatMap((rule) => toProblems(place, rule.name, rule.check(sql, shape))),
    ...checkDescription(model, file),
  ];
}

function checkDescription(model: ManifestNode, file: string): StyleProblem[] {
  const properties = model.patch_path?.replace(/^[^:]+:\/\//, '');
  if (properties === undefined) {
    return [{ file, line: 1, rule: 'described', message: 'describe the model in a YAML file beside it' }];
  }
  const problems: StyleProblem[] = [];
  if (path.posix.dirname(properties) !== path.posix.dirname(model.original_file_path)) {
    problems.push({
      file,
      line: 1,
      rule: 'described',
      message: `its description stands in ${properties}: move it beside the model`,
    });
  }
  if (!model.description.startsWith('One row per ')) {
    problems.push({ file, line: 1, rule: 'grain', message: 'its description begins with: One row per …' });
  }
  return problems;
}

function checkMacro(macro: ManifestMacro): StyleProblem[] {
  const file = path.join(macro.root_path, macro.original_file_path);
  const sql = maskSql(macro.macro_sql);
  return toProblems({ file, text: sql.text, firstLine: macro.first_line }, 'no-clock', findClocks(sql));
}

/**
 * Checks models, and the macros they may use, against the house style. Comments, strings and Jinja do not
 * trip the rules.
 *
 * @returns the breaches by file and line; empty when there are none
 * @example
 * for (const problem of checkStyle(manifest)) console.log(`${problem.file}:${problem.line}: ${problem.message}`);
 */
export function checkStyle(manifest: Manifest): readonly StyleProblem[] {
  const models = Object.values(manifest.nodes).filter((node) => node.resource_type === 'model');
  const macros = Object.values(manifest.macros).filter((macro) => macro.original_file_path !== '');
  return [...models.flatMap(checkModel), ...macros.flatMap(checkMacro)].sort(
    (left, right) =>
      (left.file < right.file ? -1 : left.file > right.file ? 1 : 0) ||
      left.line - right.line ||
      (left.rule < right.rule ? -1 : 1),
  );
}
