import { createHash } from 'node:crypto';
import type { Engine } from '../engines/index.ts';

/** The health definition a warehouse was built with. */
export interface HealthReceipt {
  /** As the definition gives it itself. */
  readonly version: number;
  /** Differs wherever anything in the definition does, whatever version it gives itself. */
  readonly fingerprint: string;
}

/** The health definition of a warehouse; null where it was built before there was such a table. */
export async function fetchHealthReceipt(engine: Engine): Promise<HealthReceipt | null> {
  const relations = await engine.listRelations();
  if (!relations.some(({ name }) => name === 'health_definition')) return null;
  const rows = await engine.query('select * from health_definition order by component_place, input_place');
  const [first] = rows;
  if (first === undefined) return null;
  const parts = rows.map(({ health_version: _, ...rest }) => Object.values(rest).map(String));
  const fingerprint = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
  return { version: Number(first['health_version']), fingerprint };
}
