import fs from 'node:fs';
import path from 'node:path';

interface Result {
  readonly unique_id: string;
  readonly execution_time: number;
  readonly adapter_response: { readonly rows_affected?: number };
}

/** Views over events, whose rows nobody counts. */
const EVENT_VIEWS = ['stg_usage_events', 'stg_product_sessions', 'stg_device_days', 'stg_sessions'];
const CUSTOMER_DAYS = 'int_customer_days';

/** How long the last build of a workspace took in models of each grain, in seconds, and how many customer-days it made. */
export interface GrainSeconds {
  /** Models that read events, or anything with more rows than there are days of customers. */
  readonly events: number;
  /** All others: days of customers and what is made of them. */
  readonly days: number;
  readonly customerDays: number;
}

/** Sums up by grain what the artifacts of a build say of its models. */
export function readGrainSeconds(folder: string): GrainSeconds {
  const read = (name: string) => JSON.parse(fs.readFileSync(path.join(folder, 'target', name), 'utf8'));
  const { nodes } = read('manifest.json');
  const results: readonly Result[] = read('run_results.json').results;
  const nameOf = (id: string) => id.split('.').at(-1) ?? '';
  const rows = new Map(
    results.map(({ unique_id, adapter_response }) => [
      nameOf(unique_id),
      adapter_response.rows_affected ?? 0,
    ]),
  );
  const customerDays = rows.get(CUSTOMER_DAYS) ?? 0;
  const isOfEvents = (name: string) => EVENT_VIEWS.includes(name) || (rows.get(name) ?? 0) > customerDays;
  let [events, days] = [0, 0];
  for (const { unique_id, execution_time } of results) {
    if (!unique_id.startsWith('model.')) continue;
    const parents: readonly string[] = nodes[unique_id].depends_on.nodes;
    if (parents.some((parent) => isOfEvents(nameOf(parent)))) events += execution_time;
    else days += execution_time;
  }
  return { events, days, customerDays };
}
