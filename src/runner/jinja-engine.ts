import { Environment as Minijinja } from 'minijinja-js';
import { errorText, TenureError } from '../base/index.ts';
import type { SourceText } from './source-text.ts';
import { type CallArguments, isRecord, parseArguments, toPlain } from './template-values.ts';

/** A function a template may call. */
export type TemplateFunction = (call: CallArguments, raw: readonly unknown[]) => unknown;

/** What one rendering may call, and where its text comes from. */
export interface RenderFrame {
  readonly source: SourceText;
  /** Answers to the functions whose meaning depends on the node: `ref`, `config` and so on. */
  readonly functions: Readonly<Record<string, TemplateFunction>>;
  /** Finds the place in the project of a line of a template other than the rendered text. */
  readonly locate: (template: string, line: number) => { file: string; line: number } | null;
  /** The line to blame for an error thrown by a function, when it can be found. */
  readonly blame?: (error: unknown) => number | null;
}

/** Renders templates; every function of JavaScript is guarded, because a throw inside the engine would break it for good. */
export interface JinjaEngine {
  /** Throws `RENDER_FAILED` when the text is not a template; `locate` finds the place of a line of it. */
  addTemplate(name: string, text: string, locate: RenderFrame['locate']): void;
  /** Makes a value known to every template. */
  setValue(name: string, value: unknown): void;
  render(text: string, context: Readonly<Record<string, unknown>>, frame: RenderFrame): string;
  evaluate(expression: string, context: Readonly<Record<string, unknown>>, frame: RenderFrame): unknown;
}

export interface JinjaOptions {
  /** Names that each rendering answers for itself through its frame. */
  readonly frameFunctions: readonly string[];
  /** Functions that mean the same everywhere, by name; an object holds functions behind a dot. */
  readonly globals: Readonly<Record<string, TemplateFunction | Readonly<Record<string, TemplateFunction>>>>;
}

interface State {
  frame: RenderFrame | null;
  failure: { readonly error: unknown } | null;
  returned: unknown[];
}

const RETURN_MARK = /\uE000(\d+)\uE001/;
const ENGINE_PLACE = /^(?<problem>[\s\S]*?) \(in (?<template>[^\n]+):(?<line>\d+)\)/;

function guard(state: State, work: TemplateFunction): (...raw: unknown[]) => unknown {
  return (...raw) => {
    if (state.failure !== null) return '';
    try {
      return toPlain(work(parseArguments(raw), raw)) ?? null;
    } catch (error) {
      state.failure = { error };
      return '';
    }
  };
}

/** `return(x)` leaves a mark in the macro's text; the call site exchanges the text for the value. */
function buildReturnFunctions(state: State): Record<string, TemplateFunction> {
  return {
    return: (_call, raw) => {
      state.returned.push(toPlain(raw[0]));
      return `\uE000${state.returned.length - 1}\uE001`;
    },
    macro_value: (_call, raw) => {
      const mark = RETURN_MARK.exec(String(raw[0]));
      return mark === null ? raw[0] : state.returned[Number(mark[1])];
    },
  };
}

function describeFunctionFailure(error: unknown, frame: RenderFrame): TenureError {
  if (error instanceof TenureError) return error;
  const line = frame.blame?.(error) ?? frame.source.firstLine;
  return new TenureError('RENDER_FAILED', { file: frame.source.file, line, problem: errorText(error) });
}

function describeEngineFailure(error: unknown, frame: RenderFrame): TenureError {
  const text = isRecord(error) && typeof error['message'] === 'string' ? error['message'] : String(error);
  const match = ENGINE_PLACE.exec(text);
  const templateLine = Number(match?.groups?.['line'] ?? 1);
  const template = match?.groups?.['template'] ?? '';
  const elsewhere = frame.locate(template, templateLine);
  const place = elsewhere ?? { file: frame.source.file, line: frame.source.firstLine + templateLine - 1 };
  let problem = match?.groups?.['problem'] ?? text.split('\n')[0] ?? text;
  const written = frame.source.text.split('\n')[templateLine - 1]?.trim();
  if (elsewhere === null && written) problem += ` in \`${written}\``;
  return new TenureError('RENDER_FAILED', { ...place, problem });
}

/** Opens a Jinja engine with dbt's functions. Its memory goes with the last reference to it. */
export function openJinja(options: JinjaOptions): JinjaEngine {
  const environment = new Minijinja();
  const state: State = { frame: null, failure: null, returned: [] };
  environment.enablePyCompat();
  environment.undefinedBehavior = 'strict';
  for (const [name, value] of Object.entries({ ...options.globals, ...buildReturnFunctions(state) })) {
    const guarded =
      typeof value === 'function'
        ? guard(state, value)
        : Object.fromEntries(Object.entries(value).map(([key, work]) => [key, guard(state, work)]));
    environment.addGlobal(name, guarded);
  }
  for (const name of options.frameFunctions) {
    const work: TemplateFunction = (call, raw) => {
      const answer = state.frame?.functions[name];
      if (answer === undefined) throw new Error(`${name}() cannot be used here`);
      return answer(call, raw);
    };
    environment.addGlobal(name, guard(state, work));
  }
  for (const filter of ['as_bool', 'as_number', 'as_native', 'as_text']) {
    environment.addFilter(
      filter,
      guard(state, (_call, raw) => convertFilter(filter, toPlain(raw[0]))),
    );
  }

  const run = <T>(frame: RenderFrame, work: () => T): T => {
    if (state.frame !== null)
      throw new TenureError('RENDER_FAILED', {
        file: frame.source.file,
        line: 1,
        problem: 'a template was rendered inside another',
      });
    Object.assign(state, { frame, failure: null, returned: [] });
    try {
      const result = work();
      if (state.failure !== null)
        throw describeFunctionFailure((state.failure as { error: unknown }).error, frame);
      return result;
    } catch (error) {
      if (state.failure !== null)
        throw describeFunctionFailure((state.failure as { error: unknown }).error, frame);
      throw error instanceof TenureError ? error : describeEngineFailure(error, frame);
    } finally {
      state.frame = null;
    }
  };
  const guardContext = (context: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(context).map(([key, value]) => [
        key,
        typeof value === 'function' ? guard(state, value as TemplateFunction) : value,
      ]),
    );

  return {
    addTemplate: (name, text, locate) => {
      try {
        environment.addTemplate(name, text);
      } catch (error) {
        throw describeEngineFailure(error, {
          source: { file: name, text: '', firstLine: 1 },
          functions: {},
          locate,
        });
      }
    },
    setValue: (name, value) => environment.addGlobal(name, value),
    render: (text, context, frame) =>
      run(frame, () => environment.renderNamedStr('text.sql', text, guardContext(context))),
    evaluate: (expression, context, frame) =>
      run(frame, () => toPlain(environment.evalExpr(expression, guardContext(context)))),
  };
}

function convertFilter(filter: string, value: unknown): unknown {
  if (filter === 'as_text') return String(value ?? 'none');
  if (filter === 'as_bool')
    return /^true$/i.test(String(value)) ? true : /^false$/i.test(String(value)) ? false : value;
  const number = Number(value);
  if (filter === 'as_number') return value !== '' && Number.isFinite(number) ? number : value;
  return value !== '' && value !== null && Number.isFinite(number) ? number : convertFilter('as_bool', value);
}
