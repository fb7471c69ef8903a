import type { ManifestNode } from './manifest.ts';
import type { SourceText } from './source-text.ts';

/** A reference as written in a template. */
export interface WrittenRef {
  readonly name: string;
  readonly package: string | null;
}

/** A data test's call: the macro it runs and the arguments it was given. */
export interface TestCall {
  readonly macro: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** How the tested node is written: `ref('orders')` or `source('raw', 'orders')`. */
  readonly model: string;
}

/** The text behind a node, ready to be rendered again. */
export interface NodeTemplate {
  readonly source: SourceText;
  /** The text after rewriting, with the import of its macros in front. */
  readonly text: string;
  readonly testCall: TestCall | null;
  /** The macros it uses, also through others. */
  readonly macros: readonly string[];
  /** What of the context the text and its macros name; the rest is not handed over, which takes time. */
  readonly needs: { readonly model: boolean; readonly self: boolean };
}

/** A node that has been read, before its references are resolved. */
export interface Draft {
  readonly node: ManifestNode;
  readonly template: NodeTemplate | null;
  readonly refs: readonly WrittenRef[];
  readonly sources: readonly (readonly [string, string])[];
}

/** What a node says about itself to its own template, as `model`. */
export function describeNode(node: ManifestNode): Record<string, unknown> {
  return {
    unique_id: node.unique_id,
    resource_type: node.resource_type,
    package_name: node.package_name,
    name: node.name,
    alias: node.alias,
    schema: node.schema,
    database: node.database,
    path: node.path,
    original_file_path: node.original_file_path,
    fqn: node.fqn,
    tags: node.tags,
    description: node.description,
    config: node.config,
  };
}
