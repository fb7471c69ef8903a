import { TenureError } from '../base/index.ts';
import { listBlocks } from './jinja-scan.ts';
import { didYouMean } from './nearest-name.ts';
import type { ProjectFile } from './project-files.ts';
import { invalid, lineAt } from './source-text.ts';
import { buildEnvVarFunction, buildVarFunction, listProjectVariables } from './template-context.ts';
import type { World } from './world.ts';
import { renderYamlText } from './yaml-jinja.ts';

/** The `{% docs %}` blocks of the project's Markdown files by name. Throws for a name used twice. */
export function readDocs(files: readonly ProjectFile[]): Map<string, string> {
  const docs = new Map<string, string>();
  const places = new Map<string, string>();
  for (const file of files) {
    const source = { file: file.file, text: file.text, firstLine: 1 };
    for (const block of listBlocks(file.text, new Set(['docs']))) {
      const place = { file: file.file, line: lineAt(source, block.start) };
      if (!/^\w+$/.test(block.header)) throw invalid(place, '{% docs %} needs a name');
      if (block.bodyEnd === -1) throw invalid(place, `{% docs ${block.header} %} is never closed`);
      const first = places.get(block.header);
      const second = `${place.file}:${place.line}`;
      if (first !== undefined)
        throw new TenureError('PROJECT_DUPLICATE', { name: `The docs block ${block.header}`, first, second });
      places.set(block.header, second);
      docs.set(block.header, file.text.slice(block.bodyStart, block.bodyEnd).trim());
    }
  }
  return docs;
}

/** Renders a description: `{{ doc('name') }}` becomes the block of that name. */
export function renderDescription(
  world: World,
  text: string | null | undefined,
  place: { readonly file: string; readonly line: number },
): string {
  if (text === null || text === undefined) return '';
  if (!text.includes('{{')) return text.trimEnd();
  const rendered = renderYamlText(text, place, {
    engine: world.engine,
    context: {},
    functions: {
      doc: (call) => {
        const name = String(call.positional.at(-1));
        const found = world.docs.get(name);
        if (found === undefined) {
          const hint = didYouMean(name, world.docs.keys(), 'Write one in a .md file beside the models.');
          throw new Error(`there is no docs block ${name}. ${hint}`);
        }
        return found;
      },
      var: buildVarFunction([world.options.vars, ...listProjectVariables(world.project)]),
      env_var: buildEnvVarFunction(world.options),
    },
  });
  return String(rendered ?? '').trimEnd();
}
