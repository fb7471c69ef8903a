import { mergeLabels, mergeMeta } from './columns.ts';
import { renderDescription } from './descriptions.ts';
import type { ManifestExposure } from './manifest.ts';
import type { NodeIndex } from './node-index.ts';
import { nameParts } from './project-files.ts';
import type { Entry } from './properties.ts';
import type { ExposureYaml } from './properties-schema.ts';
import { invalid } from './source-text.ts';
import type { World } from './world.ts';
import { parseWrittenReference } from './written-reference.ts';

function buildExposure(world: World, entry: Entry<ExposureYaml>, index: NodeIndex): ManifestExposure {
  const { value, file, yaml, path } = entry;
  const from = { file: yaml.file, text: yaml.text, firstLine: 1 };
  const parents = (value.depends_on ?? []).map((text, at) => {
    const written = parseWrittenReference(text);
    if (written === null || written.kind === 'this') {
      throw invalid(
        { file: yaml.file, line: yaml.lineOf([...path, 'depends_on', at]) },
        `${text} must be ref('model') or source('source', 'table')`,
      );
    }
    return written.kind === 'ref'
      ? index.ref(written.ref, from)
      : index.source(written.sourceName, written.tableName, from);
  });
  const email = value.owner.email;
  return {
    unique_id: `exposure.${world.project.name}.${value.name}`,
    resource_type: 'exposure',
    package_name: world.project.name,
    name: value.name,
    type: value.type,
    label: value.label ?? null,
    url: value.url ?? null,
    maturity: value.maturity ?? null,
    description: renderDescription(world, value.description, {
      file: yaml.file,
      line: yaml.lineOf([...path, 'description']),
    }),
    owner: {
      name: value.owner.name ?? null,
      email: Array.isArray(email) ? email.join(', ') : (email ?? null),
    },
    depends_on: { macros: [], nodes: [...new Set(parents)] },
    path: file.innerPath,
    original_file_path: file.originalPath,
    fqn: [world.project.name, ...nameParts(file.innerPath).slice(0, -1), value.name],
    tags: mergeLabels(value),
    meta: mergeMeta(value),
  };
}

/** The exposures by unique id. */
export function readExposures(world: World, index: NodeIndex): Record<string, ManifestExposure> {
  return Object.fromEntries(
    world.properties.exposures
      .filter((entry) => entry.value.config?.['enabled'] !== false)
      .map((entry) => {
        const exposure = buildExposure(world, entry, index);
        return [exposure.unique_id, exposure];
      }),
  );
}
