/** Slack's limits as its reference states them; the server refuses the whole message for one block over them. */
interface Node {
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function listNodes(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value.flatMap(listNodes);
  return isNode(value) ? [value, ...Object.values(value).flatMap(listNodes)] : [];
}

const TEXT_LIMITS: Readonly<Record<string, number>> = { header: 150, button: 75, section: 3000, input: 2000 };

function checkText(text: Node, parent: Node): readonly string[] {
  const shown = String(text['text']);
  const most = TEXT_LIMITS[String(parent['type'])] ?? 75;
  const problems: string[] = [];
  if (shown.length === 0 || shown.length > most)
    problems.push(`${parent['type']}: ${shown.length} characters`);
  if (/[\ud800-\udbff](?![\udc00-\udfff])/.test(shown)) problems.push('half a character');
  if (text['type'] === 'mrkdwn' && /[<>]|&(?!(amp|lt|gt);)/.test(shown))
    problems.push(`not escaped: ${shown.slice(0, 80)}`);
  return problems;
}

function checkElement(node: Node): readonly string[] {
  const problems: string[] = [];
  for (const [name, most] of [
    ['action_id', 255],
    ['block_id', 255],
    ['value', 2000],
  ] as const)
    if (typeof node[name] === 'string' && node[name].length > most) problems.push(`${name} is too long`);
  if (node['type'] === 'plain_text_input') {
    const most = Number(node['max_length']);
    if (most > 3000 || String(node['initial_value'] ?? '').length > most)
      problems.push('initial_value is too long');
  }
  return problems;
}

/** In what a message would be refused by Slack. */
export function checkBlocks(message: {
  readonly text: string;
  readonly blocks: readonly unknown[];
}): readonly string[] {
  const problems: string[] = [];
  if (message.blocks.length > 50) problems.push(`${message.blocks.length} blocks`);
  if (message.text.length > 4000) problems.push('the fallback text is too long');
  if (/[<>]|&(?!(amp|lt|gt);)/.test(message.text)) problems.push('the fallback text is not escaped');
  const ids = message.blocks.map((block) => (block as Node)['block_id']);
  if (new Set(ids).size !== ids.length) problems.push('block ids repeat');
  for (const node of listNodes(message.blocks)) {
    problems.push(...checkElement(node));
    for (const name of ['text', 'label'])
      if (isNode(node[name])) problems.push(...checkText(node[name], node));
  }
  return problems;
}

/** In what a modal would be refused by Slack. */
export function checkModal(view: { readonly blocks: readonly unknown[] } & object): readonly string[] {
  const modal = view as Node & { readonly blocks: readonly unknown[] };
  const problems = [...checkBlocks({ text: '', blocks: modal.blocks })];
  for (const name of ['title', 'submit', 'close']) {
    const text = modal[name];
    if (!isNode(text) || String(text['text']).length > 24) problems.push(`${name} is too long`);
  }
  if (String(modal['private_metadata'] ?? '').length > 3000) problems.push('private_metadata is too long');
  return problems;
}
