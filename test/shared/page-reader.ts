import { type DefaultTreeAdapterTypes, parse } from 'parse5';

type Node = DefaultTreeAdapterTypes.ChildNode | DefaultTreeAdapterTypes.Document;
export type Element = DefaultTreeAdapterTypes.Element;

/** Every element of a page, in its order, as a browser would have it. */
export function listElements(html: string): readonly Element[] {
  const found: Element[] = [];
  const walk = (node: Node): void => {
    if ('tagName' in node) found.push(node);
    if ('childNodes' in node) for (const child of node.childNodes) walk(child);
  };
  walk(parse(html));
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

/** The section whose heading is this; the innermost one. */
export function findSection(html: string, title: string): Element {
  const sections = listElements(html).filter(({ tagName }) => tagName === 'section');
  const found = sections.find((section) =>
    listElementsOf(section).some(
      ({ tagName, ...heading }) => tagName === 'h2' && readText({ tagName, ...heading } as Element) === title,
    ),
  );
  if (found === undefined) throw new Error(`there is no section ${title}`);
  return found;
}

function listElementsOf(element: Element): readonly Element[] {
  return element.childNodes.flatMap((child) => ('tagName' in child ? [child, ...listElementsOf(child)] : []));
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
