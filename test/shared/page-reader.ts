import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.ChildNode | DefaultTreeAdapterTypes.Document;
export type Element = DefaultTreeAdapterTypes.Element;

/** Every element of a page or of a part of it, in its order, as a browser would have it. */
export function listElements(page: string | Element): readonly Element[] {
  const found: Element[] = [];
  const walk = (node: Node): void => {
    if ('tagName' in node) found.push(node);
    if ('childNodes' in node) for (const child of node.childNodes) walk(child);
  };
  walk(typeof page === 'string' ? parse(page) : page);
  return found;
}

/** The text of an element, with single spaces. */
export function readText(node: Node): string {
  const read = (one: Node): string =>
    'value' in one ? one.value : 'childNodes' in one ? one.childNodes.map(read).join('') : '';
  return read(node).replace(/\s+/g, ' ').trim();
}

export function readAttribute(element: Element, name: string): string | null {
  return element.attrs.find((attribute) => attribute.name === name)?.value ?? null;
}

function listBelow(element: Element): readonly Element[] {
  return element.childNodes.flatMap((child) => ('tagName' in child ? [child, ...listBelow(child)] : []));
}

/** The section that has this heading. */
export function findSection(html: string, title: string): Element {
  const found = listElements(html).find(
    (element) =>
      element.tagName === 'section' &&
      listBelow(element).some((below) => below.tagName === 'h2' && readText(below) === title),
  );
  if (found === undefined) throw new Error(`there is no section ${title}`);
  return found;
}

/** The values of a form that is posted to an address, as a browser would send them with no button pressed. */
export function readForm(html: string, action: string): Record<string, string> {
  const form = listElements(html).find(
    (element) =>
      element.tagName === 'form' &&
      readAttribute(element, 'method') === 'post' &&
      readAttribute(element, 'action') === action,
  );
  if (form === undefined) throw new Error(`there is no form to ${action}`);
  const values: Record<string, string> = {};
  for (const field of listBelow(form)) {
    const name = readAttribute(field, 'name');
    if (name === null || field.tagName === 'button') continue;
    if (field.tagName === 'input') values[name] = readAttribute(field, 'value') ?? '';
    if (field.tagName === 'textarea')
      values[name] = field.childNodes.map((node) => ('value' in node ? node.value : '')).join('');
    if (field.tagName === 'select') {
      const options = listBelow(field).filter(({ tagName }) => tagName === 'option');
      const chosen = options.find((option) => readAttribute(option, 'selected') !== null) ?? options[0];
      values[name] = chosen === undefined ? '' : (readAttribute(chosen, 'value') ?? '');
    }
  }
  return values;
}

/** Fields people fill in that no label names. */
export function listUnlabelled(html: string): readonly string[] {
  const elements = listElements(html);
  const named = new Set(
    elements.flatMap((element) => (element.tagName === 'label' ? (readAttribute(element, 'for') ?? []) : [])),
  );
  const within = new Set(elements.filter(({ tagName }) => tagName === 'label').flatMap(listBelow));
  return elements
    .filter(
      (element) =>
        ['input', 'select', 'textarea'].includes(element.tagName) &&
        readAttribute(element, 'type') !== 'hidden',
    )
    .filter((field) => !within.has(field) && !named.has(readAttribute(field, 'id') ?? ''))
    .map((field) => `${field.tagName} ${readAttribute(field, 'name')}`);
}

/** What a page must be free of, whatever stands in the data: scripts of its own, handlers, addresses that run code. */
export function listDangers(html: string): readonly string[] {
  return listElements(html).flatMap((element) => {
    const { tagName, attrs } = element;
    const isOwnScript =
      tagName === 'script' && readAttribute(element, 'src')?.startsWith('/assets/') === true;
    const dangers = attrs
      .filter(
        ({ name, value }) =>
          name.startsWith('on') || name === 'style' || /^\s*(javascript|data|vbscript):/i.test(value),
      )
      .map(({ name, value }) => `${tagName} ${name}=${value}`);
    return tagName === 'script' && !isOwnScript ? [...dangers, `script ${readText(element)}`] : dangers;
  });
}
