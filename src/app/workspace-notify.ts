import fs from 'node:fs';
import path from 'node:path';
import { readTemplates, type TemplateSet } from '../celebrations/index.ts';
import {
  type Channels,
  defaultNotifySettings,
  listChannels,
  type NotifySecrets,
  type NotifySettings,
  readNotifySecrets,
  readNotifySettings,
} from '../notify/index.ts';
import type { TenureContext } from './context.ts';
import { PACKAGE_ROOT, type Workspace } from './workspace.ts';

/** How a workspace tells people things. */
export interface NotifyPlan {
  readonly settings: NotifySettings;
  readonly secrets: NotifySecrets;
  readonly channels: Channels;
}

/**
 * Reads `notify.yml` of the workspace, and the secrets of the environment.
 *
 * @throws TenureError DEFINITION_INVALID
 */
export function readNotifyPlan({ workspace, environment }: TenureContext): NotifyPlan {
  const file = path.join(workspace.root, 'notify.yml');
  const settings = fs.existsSync(file) ? readNotifySettings(file) : defaultNotifySettings;
  const secrets = readNotifySecrets(environment);
  return { settings, secrets, channels: listChannels(settings, secrets) };
}

/**
 * Reads the templates of the package, and `celebrations.yml` of the workspace over them.
 *
 * @throws TenureError DEFINITION_INVALID
 */
export function readWorkspaceTemplates(workspace: Workspace): TemplateSet {
  const own = path.join(workspace.root, 'celebrations.yml');
  return readTemplates({
    shipped: path.join(PACKAGE_ROOT, 'packs', 'celebrations.yml'),
    own: fs.existsSync(own) ? own : undefined,
  });
}
