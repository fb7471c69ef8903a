import { writeCampaigns } from './campaigns-store.ts';
import { writeConversions } from './conversions-store.ts';
import type { GeneratorContext } from './generator.ts';
import { writeSessions } from './visits-store.ts';

/**
 * The schema `marketing`, from the visits upwards: who came and why, what they bought, and what the campaigns
 * that brought them cost. Stands on `scratch.leads`: every lead is a visitor.
 */
export async function writeMarketing(context: GeneratorContext): Promise<void> {
  await writeSessions(context);
  await writeConversions(context);
  await writeCampaigns(context);
}
