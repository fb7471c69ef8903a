import type { JinjaEngine, TemplateFunction } from './jinja-engine.ts';
import { type RewriteRules, rewriteJinja } from './jinja-rewrite.ts';
import { renderYamlValue } from './properties.ts';
import { escapePattern, lineOf } from './source-text.ts';
import type { YamlFile } from './yaml-file.ts';

const WHOLE_EXPRESSION = /^\s*\{\{((?:(?!\}\})[\s\S])*)\}\}\s*$/;

export interface YamlJinjaOptions {
  readonly engine: JinjaEngine;
  readonly context: Readonly<Record<string, unknown>>;
  readonly functions: Readonly<Record<string, TemplateFunction>>;
  /** Needed only for texts that may name `this` or `run_started_at`. */
  readonly rules?: RewriteRules;
}

const NO_RULES: RewriteRules = { projectName: '', resolveDispatch: () => null, returnsValue: () => false };

/** Renders one string of a YAML file. A string that is one expression keeps the type of its value, as in dbt. */
export function renderYamlText(
  text: string,
  place: { readonly file: string; readonly line: number },
  options: YamlJinjaOptions,
): unknown {
  const source = { file: place.file, text, firstLine: place.line };
  const rewritten = rewriteJinja(source, options.rules ?? NO_RULES);
  const frame = { source, functions: options.functions, locate: () => null };
  const whole = WHOLE_EXPRESSION.exec(rewritten)?.[1];
  return whole === undefined
    ? options.engine.render(rewritten, options.context, frame)
    : options.engine.evaluate(whole.trim(), options.context, frame);
}

/** Renders every string of a YAML value that holds Jinja, except those dbt renders later. */
export function renderYaml(value: unknown, yaml: YamlFile, options: YamlJinjaOptions): unknown {
  const source = { file: yaml.file, text: yaml.text, firstLine: 1 };
  return renderYamlValue(value, (text) => {
    const line = lineOf(source, new RegExp(escapePattern(text.split('\n')[0] ?? text)));
    return renderYamlText(text, { file: yaml.file, line }, options);
  });
}
