import { type Clock, utcTime } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { Interaction } from './parse-interaction.ts';

/** Two clicks of the same person on the same button within this time are one. */
const DOUBLE_CLICK_MS = 2000;

function parseActedAt({ actionTs }: Interaction, clock: Clock): number {
  const seconds = Number(actionTs);
  return actionTs === null || !Number.isFinite(seconds) ? clock.now() : Math.round(seconds * 1000);
}

function renderKey(interaction: Interaction, actedAt: number): string {
  const { action, user, viewId, channel, messageTs, milestoneId } = interaction;
  if (viewId !== null) return JSON.stringify(['view', viewId, user.id, action]);
  const window = Math.floor(actedAt / DOUBLE_CLICK_MS);
  return JSON.stringify(['click', channel, messageTs, milestoneId, user.id, action, window]);
}

async function hasJustHappened(engine: Engine, interaction: Interaction, actedAt: number): Promise<boolean> {
  const rows = await engine.query(
    `select key from interactions
     where user_id = $1 and action = $2 and coalesce(subject_id, '') = $3
       and acted_at > cast($4 as timestamptz) and acted_at <= cast($5 as timestamptz)`,
    [
      interaction.user.id,
      interaction.action,
      interaction.milestoneId ?? '',
      new Date(actedAt - DOUBLE_CLICK_MS).toISOString(),
      new Date(actedAt).toISOString(),
    ],
  );
  return rows.length > 0;
}

/**
 * Notes an interaction; true when it is the first of its kind, so that a double click and a request that Slack sends
 * again are acted on once. Run it in the transaction of what it leads to.
 */
export async function recordInteraction(
  engine: Engine,
  interaction: Interaction,
  { clock }: { readonly clock: Clock },
): Promise<boolean> {
  const actedAt = parseActedAt(interaction, clock);
  // Two clicks may lie on either side of the border between two windows of the key.
  if (interaction.kind === 'action' && (await hasJustHappened(engine, interaction, actedAt))) return false;
  const changed = await engine.execute(
    `insert into interactions (key, received_at, acted_at, action, subject_id, user_id, user_name, content)
     values ($1, cast($2 as timestamptz), cast($3 as timestamptz), $4, $5, $6, $7, cast($8 as json))
     on conflict (key) do nothing`,
    [
      renderKey(interaction, actedAt),
      utcTime(clock),
      new Date(actedAt).toISOString(),
      interaction.action,
      interaction.milestoneId,
      interaction.user.id,
      interaction.user.name,
      JSON.stringify({ ...interaction, triggerId: null }),
    ],
  );
  return changed === 1;
}
