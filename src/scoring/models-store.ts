import { TenureError } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { ModelCard } from './model-card.ts';
import { parseModel } from './parse-model.ts';
import { hashModel, type ScoringModel } from './scoring-model.ts';
import { scoringTable, scoringTarget } from './scoring-tables-store.ts';
import type { Vintage } from './vintages.ts';

/** A model of the warehouse with the days it scores. */
export interface StoredModel extends Vintage {
  readonly model: ScoringModel;
  readonly card: ModelCard;
  readonly version: string;
  /** Of what it was learned from and how: the same means the same model. */
  readonly fingerprint: string;
}

/** A card as it was written; one from before cards had notes and drift has none. */
function parseCard(text: string): ModelCard {
  return { note: null, drift: [], ...(JSON.parse(text) as Omit<ModelCard, 'note' | 'drift'>) };
}

/** Every model of a name, the oldest days first. */
export async function fetchModels(engine: Engine, name: string): Promise<readonly StoredModel[]> {
  const rows = await engine.query(
    `select version, usable_from, usable_to, trained_to, fingerprint, file, card from ${scoringTable(engine, 'models')}
     where model = $1 order by usable_from`,
    [name],
  );
  return rows.map((row) => ({
    version: String(row['version']),
    usableFrom: String(row['usable_from']),
    usableTo: row['usable_to'] === null ? null : String(row['usable_to']),
    trainedTo: String(row['trained_to']),
    fingerprint: String(row['fingerprint']),
    model: parseModel(String(row['file'])),
    card: parseCard(String(row['card'])),
  }));
}

const MODEL_COLUMNS = [
  ...['model', 'version', 'usable_from', 'usable_to', 'trained_from', 'trained_to', 'base_rate'],
  ...['critical_from', 'high_from', 'medium_from', 'fingerprint', 'file', 'card'],
];

/** Puts the models of a name into the place of those that were there. */
export async function writeModels(
  engine: Engine,
  name: string,
  models: readonly StoredModel[],
): Promise<void> {
  await engine.execute(`delete from ${scoringTable(engine, 'models')} where model = $1`, [name]);
  const rows = models.map(({ model, card, version, usableFrom, usableTo, trainedTo, fingerprint }) => {
    const { critical, high, medium } = model.tiers;
    return [
      ...[name, version, usableFrom, usableTo, card.fitted.from, trainedTo, model.baseRate],
      ...[critical, high, medium, fingerprint, JSON.stringify(model), JSON.stringify(card)],
    ];
  });
  await engine.writeRows({ ...scoringTarget(engine, 'models'), columns: MODEL_COLUMNS }, rows);
}

/** A model with its days and its version. */
export function buildStoredModel(
  vintage: Vintage,
  parts: Pick<StoredModel, 'model' | 'card' | 'fingerprint'>,
): StoredModel {
  return { ...vintage, ...parts, version: hashModel(parts.model) };
}

/**
 * A model of the warehouse.
 *
 * @param version the newest unless given
 * @throws TenureError MODEL_MISSING
 */
export async function fetchModel(engine: Engine, name: string, version?: string): Promise<StoredModel> {
  const models = await fetchModels(engine, name);
  const found = version === undefined ? models.at(-1) : models.find((stored) => stored.version === version);
  if (found !== undefined) return found;
  const versions = models.map((stored) => stored.version);
  throw new TenureError('MODEL_MISSING', { name, versions: versions.join(', ') || 'none' });
}
