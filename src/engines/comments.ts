/** What is said of a relation and its columns; names and texts are quoted already. */
export interface RelationComments {
  readonly kind: 'table' | 'view';
  readonly relation: string;
  readonly text: string | null;
  readonly columns: readonly { readonly name: string; readonly text: string }[];
}

/** `comment on …` for a relation and each of its columns. */
export function renderComments({ kind, relation, text, columns }: RelationComments): string {
  return [
    ...(text === null ? [] : [`comment on ${kind} ${relation} is ${text}`]),
    ...columns.map((column) => `comment on column ${relation}.${column.name} is ${column.text}`),
  ].join(';\n');
}
