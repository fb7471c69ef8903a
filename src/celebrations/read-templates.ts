import { z } from 'zod';
import { parseDefinition, readDefinitionFile, type YamlFile } from '../runner/index.ts';
import { DRAFT_KINDS, type DraftKind, MILESTONE_TYPES, type Milestone } from './celebration-types.ts';
import { assertTemplate } from './check-template.ts';
import type { TemplatePart } from './template-engine.ts';

/** The words of a message with fields in them; without HTML of its own it gets its text in paragraphs. */
export interface Template {
  readonly subject: string;
  readonly text: string;
  readonly html?: string | undefined;
}

/** The templates of a workspace: those of the package, and its own in their place. */
export interface TemplateSet {
  readonly product: string | null;
  /** By milestone type, or by kind of draft where it is no e-mail of congratulation. */
  readonly templates: Readonly<Record<string, Template>>;
  /** By the name of a milestone definition. */
  readonly definitions: Readonly<Record<string, Template>>;
}

export interface TemplateFiles {
  /** `packs/celebrations.yml` of the package. */
  readonly shipped: string;
  /** `celebrations.yml` of the workspace, where there is one. */
  readonly own?: string | undefined;
}

/** Names of the shipped templates. */
export const TEMPLATE_NAMES = [...MILESTONE_TYPES, ...DRAFT_KINDS.filter((kind) => kind !== 'email')];

const PARTS: readonly TemplatePart[] = ['subject', 'text', 'html'];
const templateSchema = z.strictObject({
  subject: z.string(),
  text: z.string(),
  html: z.string().optional(),
});
const fileSchema = z.strictObject({
  product: z.string().optional(),
  templates: z.strictObject(
    Object.fromEntries(TEMPLATE_NAMES.map((name) => [name, templateSchema.optional()])),
  ),
  definitions: z.record(z.string(), templateSchema).default({}),
});
const ownSchema = fileSchema.partial({ templates: true });

const KEYS = ['product', 'templates', 'definitions', ...TEMPLATE_NAMES, ...PARTS];
const PAGE = 'docs/celebrations.md';

type TemplateFile = z.infer<typeof ownSchema>;

/** The line on which the text of a value begins: under the key where it is a block. */
function findTextLine(yaml: YamlFile, path: readonly string[]): number {
  const line = yaml.lineOf(path);
  const written = yaml.text.split('\n')[line - 1] ?? '';
  return /[|>][-+\d]*\s*(?:#.*)?$/.test(written) ? line + 1 : line;
}

function assertTemplates(
  yaml: YamlFile,
  group: string,
  templates: Record<string, Template | undefined>,
): void {
  for (const [name, template] of Object.entries(templates)) {
    for (const part of PARTS) {
      const text = template?.[part];
      if (text === undefined) continue;
      const path = [group, name, part];
      const line = findTextLine(yaml, path);
      assertTemplate({ file: yaml.file, line, place: path.join('.'), part, text });
    }
  }
}

function readTemplateFile(file: string): TemplateFile {
  const yaml = readDefinitionFile(file);
  const content = parseDefinition(yaml, { schema: ownSchema, keys: KEYS, page: PAGE });
  assertTemplates(yaml, 'templates', content.templates ?? {});
  assertTemplates(yaml, 'definitions', content.definitions);
  return content;
}

function listTemplates(templates: TemplateFile['templates']): Readonly<Record<string, Template>> {
  const given = Object.entries(templates ?? {}).filter(([, template]) => template !== undefined);
  return Object.fromEntries(given) as Record<string, Template>;
}

/**
 * Reads the templates of the package and, over them, those of the workspace.
 *
 * @throws TenureError DEFINITION_INVALID naming file, line, the nearest name and the fields there are
 *
 * @example
 * const templates = readTemplates({ shipped: 'packs/celebrations.yml', own: 'celebrations.yml' });
 */
export function readTemplates(files: TemplateFiles): TemplateSet {
  const shipped = readTemplateFile(files.shipped);
  const own = files.own === undefined ? undefined : readTemplateFile(files.own);
  return {
    product: own?.product ?? shipped.product ?? null,
    templates: { ...listTemplates(shipped.templates), ...listTemplates(own?.templates) },
    definitions: { ...shipped.definitions, ...own?.definitions },
  };
}

function findUsual(templates: TemplateSet, name: string): Template {
  const found = templates.templates[name] ?? templates.templates['custom'];
  if (found === undefined) throw new TypeError(`the package has no template ${name}`);
  return found;
}

/**
 * Reads `milestone_definitions.celebration_template`: the name of a template, or the words themselves, with `Subject: …` on
 * the first line where the usual subject does not do.
 *
 * @throws TenureError DEFINITION_INVALID naming the definition, the line, the nearest name and the fields there are
 */
export function parseOwnTemplate(
  text: string,
  { definition, usual }: { readonly definition: string; readonly usual: Template },
): Template {
  const subject = /^Subject:[ \t]*(.*)\n?/i.exec(text);
  const body = subject === null ? text : text.slice(subject[0].length);
  const file = `celebration_template of ${definition}`;
  if (subject?.[1] !== undefined)
    assertTemplate({ file, line: 1, place: 'subject', part: 'subject', text: subject[1] });
  assertTemplate({ file, line: subject === null ? 1 : 2, place: 'text', part: 'text', text: body });
  return { subject: subject?.[1] ?? usual.subject, text: body };
}

/**
 * The template for a milestone and a kind of draft: that of its definition, else of the workspace for the definition, else
 * that of its type. Permission requests, gifts and invitations have one each.
 */
export function findTemplate(templates: TemplateSet, kind: DraftKind, milestone: Milestone): Template {
  if (kind !== 'email') return findUsual(templates, kind);
  const usual = findUsual(templates, milestone.type);
  const definition = milestone.definitionName ?? milestone.name;
  const own = milestone.template?.trim() ?? '';
  if (own === '') return templates.definitions[definition] ?? usual;
  return templates.templates[own] ?? parseOwnTemplate(own, { definition, usual });
}
