import { describeNode } from './drafts.ts';
import type { ManifestNode } from './manifest.ts';
import { buildEnvVarFunction, buildVarFunction, listProjectVariables } from './template-context.ts';
import type { World } from './world.ts';

/** Calls a macro of the project that decides about a name; its text, trimmed, is the name. */
function callNameMacro(
  world: World,
  node: ManifestNode,
  call: { readonly macro: string; readonly name: string | null },
): string {
  const macro = world.macros.macros.get(call.macro);
  const source = macro?.source ?? { file: '(built in)', text: '', firstLine: 1 };
  const expression = `${call.macro}(custom_name, node)`;
  const text = `${world.macros.buildImport(call.macro.replace(/^/, '{{ ') + ' }}')}{{ macro_value(${expression}) }}`;
  const context = {
    execute: true,
    custom_name: call.name,
    node: describeNode(node),
    model: describeNode(node),
  };
  const functions = {
    var: buildVarFunction([world.options.vars, ...listProjectVariables(world.project)]),
    env_var: buildEnvVarFunction(world.options),
  };
  return world.engine.render(text, context, { source, functions, locate: world.macros.locate }).trim();
}

/** Where what belongs in a schema stands. */
export function placeSchema(world: World, schema: string): string {
  return world.options.placeSchema?.(schema) ?? schema;
}

/** The schema of a node: the project's `generate_schema_name`, else dbt's rule (the target's schema, or `<target>_<custom>`). */
export function buildSchemaName(world: World, node: ManifestNode): string {
  const custom = node.config.schema;
  if (world.macros.macros.has('generate_schema_name')) {
    return callNameMacro(world, node, { macro: 'generate_schema_name', name: custom });
  }
  const base = world.options.target.schema;
  return custom === null || custom.trim() === '' ? base : `${base}_${custom.trim()}`;
}

/** The name of a node in the database: the project's `generate_alias_name`, else its alias, else its name. */
export function buildAliasName(world: World, node: ManifestNode): string {
  if (world.macros.macros.has('generate_alias_name')) {
    return callNameMacro(world, node, { macro: 'generate_alias_name', name: node.config.alias });
  }
  const alias = node.config.alias?.trim();
  return alias === undefined || alias === '' ? node.name : alias;
}
