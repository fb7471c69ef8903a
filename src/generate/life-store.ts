import type { NumberBlock } from '../engines/index.ts';
import type { GeneratorContext } from './generator.ts';
import { LIFE_COLUMNS, type LifeEnds, simulateLife, type Traits } from './life.ts';

const TURN_BLOCKS = 32;

async function fetchTraits(context: GeneratorContext): Promise<Traits> {
  const { customers } = context.plan;
  const traits = {
    key: new Float64Array(customers),
    signupDay: new Float64Array(customers),
    tier: new Float64Array(customers),
    fit: new Float64Array(customers),
    satisfactionHome: new Float64Array(customers),
    appetiteHome: new Float64Array(customers),
    satisfaction: new Float64Array(customers),
    engagement: new Float64Array(customers),
    appetite: new Float64Array(customers),
    team: new Float64Array(customers),
    size: new Float64Array(customers),
    adoption: new Float64Array(customers),
    retention: new Float64Array(customers),
    integration: new Float64Array(customers),
  };
  const columns = Object.values(traits);
  let row = 0;
  const chunks = context.engine.stream(
    `select h, signup_day, tier, fit, satisfaction, appetite, first_satisfaction, first_engagement, first_appetite, team,
       size, adoption, retention, integration
     from scratch.traits order by customer_no`,
  );
  for await (const chunk of chunks) {
    for (const values of chunk.rows) {
      for (const [index, column] of columns.entries()) column[row] = Number(values[index]);
      row += 1;
    }
  }
  return traits;
}

/** Passes blocks on, and lets timers and signals have a turn now and then. */
async function* yieldBlocks(
  blocks: Generator<NumberBlock, LifeEnds>,
  onEnd: (ends: LifeEnds) => void,
): AsyncGenerator<NumberBlock> {
  for (let count = 1; ; count += 1) {
    const next = blocks.next();
    if (next.done === true) return onEnd(next.value);
    yield next.value;
    if (count % TURN_BLOCKS === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

function* listEnds(ends: LifeEnds): Generator<NumberBlock> {
  const size = 2048;
  for (let start = 0; start < ends.churnDay.length; start += size) {
    const churnDay = Int32Array.from(ends.churnDay.subarray(start, start + size));
    const upgradeDay = Int32Array.from(ends.upgradeDay.subarray(start, start + size));
    const customerNo = Int32Array.from(churnDay, (_, index) => start + index + 1);
    yield { rows: churnDay.length, columns: [customerNo, churnDay, upgradeDay] };
  }
}

/**
 * `scratch.life`: one row per customer and day of its life, in order of day, then customer, with the state of the
 * day; the day of leaving is the last. `scratch.ends`: one row per customer, with the days on which it left and
 * moved up, −1 where it did not.
 */
export async function writeLife(context: GeneratorContext): Promise<void> {
  const { engine, plan } = context;
  const columns = Object.entries(LIFE_COLUMNS).map(([name, type]) => `${name} ${type}`);
  await engine.execute(`
    create type scratch.customer as enum (select customer_id from scratch.traits order by customer_no);
    create table scratch.life (${columns.join(', ')});
    create table scratch.ends (customer_no integer, churn_day integer, upgrade_day integer)`);
  let ends: LifeEnds | undefined;
  const blocks = yieldBlocks(simulateLife(await fetchTraits(context), plan.days), (value) => {
    ends = value;
  });
  await engine.writeBlocks({ catalog: 'scratch', schema: 'main', name: 'life' }, blocks);
  if (ends !== undefined)
    await engine.writeBlocks({ catalog: 'scratch', schema: 'main', name: 'ends' }, listEnds(ends));
}
