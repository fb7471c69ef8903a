import { readDocs } from './descriptions.ts';
import { readMacroLibrary } from './macro-library.ts';
import { readProject } from './project.ts';
import { readProperties } from './properties.ts';
import { unsupported } from './source-text.ts';
import {
  buildEnvVarFunction,
  buildVarFunction,
  listProjectVariables,
  listStaticValues,
  openProjectJinja,
} from './template-context.ts';
import type { CompilerOptions, World } from './world.ts';
import { renderYaml } from './yaml-jinja.ts';

/** Hooks of a whole run have no place in a runner that builds into a new file. */
function assertNoRunHooks(world: World): void {
  const { settings, yaml } = world.project;
  for (const key of ['on-run-start', 'on-run-end'] as const) {
    const value = settings[key];
    if (value === undefined || value === null || value.length === 0) continue;
    throw unsupported(
      { file: yaml.file, line: yaml.lineOf([key]) },
      `the hook ${key}`,
      'pre-hook and post-hook of models',
    );
  }
}

/** Reads everything a compilation shares: settings, properties, macros and docs. */
export function readWorld(options: CompilerOptions): World {
  const { engine, crossDatabase } = openProjectJinja(options);
  const setValues = (projectName: string): void => {
    for (const [name, value] of Object.entries(listStaticValues(options, projectName)))
      engine.setValue(name, value);
  };
  setValues('');
  const env_var = buildEnvVarFunction(options);
  const project = readProject(options.roots, (value, yaml) =>
    renderYaml(value, yaml, {
      engine,
      context: {},
      functions: { env_var, var: buildVarFunction([options.vars]) },
    }),
  );
  setValues(project.name);
  const properties = readProperties(project.files.properties, (value, yaml) =>
    renderYaml(value, yaml, {
      engine,
      context: {},
      functions: { env_var, var: buildVarFunction([options.vars, ...listProjectVariables(project)]) },
    }),
  );
  for (const text of properties.warnings) options.onMessage?.({ level: 'warn', text });
  const macros = readMacroLibrary(project.files.macros, {
    projectName: project.name,
    targetType: options.target.type,
    engine,
    crossDatabase,
  });
  const world: World = { options, project, properties, engine, macros, docs: readDocs(project.files.docs) };
  assertNoRunHooks(world);
  return world;
}
