import { quoteIdentifier, quoteLiteral } from '../base/index.ts';
import type { Engine } from '../engines/index.ts';
import type { Calibration, LinearModel, Tree, TreeEnsemble } from '../statistics/index.ts';
import { loosenTiers, type ModelInput, type ScoringModel } from './scoring-model.ts';

/** Sums of more parts are put together in groups: a parser goes only so deep. */
const GROUP = 40;
/** e to a power beyond this is no number on some engines; the probability is 0 or 1 to the last bit before. */
const STEEPEST = 700;

/** Ends a subquery that an engine is to compute once: PostgreSQL does not merge one that has an offset. */
function renderFence({ profile }: Pick<Engine, 'profile'>): string {
  return profile.mergesSubqueries ? ' offset 0' : '';
}

/** Writes numbers so that the engine takes them as 64-bit floats, to the last bit. */
type WriteNumber = (value: number) => string;

function buildWriteNumber({ profile }: Pick<Engine, 'profile'>): WriteNumber {
  if (profile.kind === 'postgres') return (value) => `float8 '${value.toExponential()}'`;
  return (value) => value.toExponential();
}

function renderSum(parts: readonly string[]): string {
  if (parts.length <= GROUP) return parts.join(' + ');
  const groups: string[] = [];
  for (let at = 0; at < parts.length; at += GROUP)
    groups.push(`(${parts.slice(at, at + GROUP).join(' + ')})`);
  return renderSum(groups);
}

/** The column of an input among those of `renderInputs`. */
const inputColumn = (place: number): string => `x${place}`;

/** The inputs of a model as 64-bit floats: NULL is missing. */
function renderInputs(
  inputs: readonly ModelInput[],
  kinds: ReadonlyMap<string, string>,
  write: WriteNumber,
): string {
  return inputs
    .map(({ predictor, level }, place) => {
      const column = quoteIdentifier(predictor);
      const is = (condition: string): string =>
        `case when ${condition} then ${write(1)} when ${column} is not null then ${write(0)} end`;
      const value =
        level !== null
          ? is(`${column} = ${quoteLiteral(level)}`)
          : kinds.get(predictor) === 'boolean'
            ? is(column)
            : `cast(${column} as double precision)`;
      return `${value} as ${inputColumn(place)}`;
    })
    .join(',\n    ');
}

function renderTree(tree: Tree, at: number, write: WriteNumber): string {
  if (at < 0) return write(tree.leafValue[~at] as number);
  const column = inputColumn(tree.feature[at] as number);
  const below = `${column} <= ${write(tree.threshold[at] as number)}`;
  const isLeft = tree.missingLeft[at] === true ? `${below} or ${column} is null` : below;
  const left = renderTree(tree, tree.left[at] as number, write);
  const right = renderTree(tree, tree.right[at] as number, write);
  return `case when ${isLeft} then ${left} else ${right} end`;
}

function renderTrees({ bias, trees }: TreeEnsemble, write: WriteNumber): string {
  const parts = trees.map((tree) => renderTree(tree, tree.feature.length === 0 ? -1 : 0, write));
  return renderSum([write(bias), ...parts]);
}

function renderLinear(model: LinearModel, write: WriteNumber): string {
  const terms = model.weights.flatMap((weight, place) => {
    if (weight === 0) return [];
    const column = inputColumn(place);
    const value = model.logged[place] === true ? `ln(${write(1)} + ${column})` : column;
    const [center, scale] = [write(model.centers[place] as number), write(model.scales[place] as number)];
    return [`coalesce(${write(weight)} * (${value} - ${center}) / ${scale}, ${write(0)})`];
  });
  return renderSum([write(model.intercept), ...terms]);
}

function renderMargin({ linear, trees }: ScoringModel, write: WriteNumber): string {
  const parts = [
    ...(trees === null ? [] : [renderTrees(trees, write)]),
    ...(linear === null ? [] : [renderLinear(linear, write)]),
  ];
  return parts.length === 1 ? (parts[0] as string) : `(${parts.join('\n    + ')}) / ${write(2)}`;
}

function renderLogistic(margin: string, write: WriteNumber): string {
  const bounded = `greatest(${write(-STEEPEST)}, least(${write(STEEPEST)}, -(${margin})))`;
  return `${write(1)} / (${write(1)} + exp(${bounded}))`;
}

/** Straight lines between the knots, level beyond them. */
function renderSteps(x: readonly number[], y: readonly number[], write: WriteNumber): string {
  const pieces = x.slice(1).map((to, place) => {
    const [from, low, high] = [x[place] as number, y[place] as number, y[place + 1] as number];
    const value =
      low === high
        ? write(low)
        : `${write(low)} + ${write(high - low)} * (log_odds - ${write(from)}) / ${write(to - from)}`;
    return `when log_odds <= ${write(to)} then ${value}`;
  });
  const last = write(y.at(-1) as number);
  if (pieces.length === 0) return last;
  return `case when log_odds <= ${write(x[0] as number)} then ${write(y[0] as number)} ${pieces.join(' ')} else ${last} end`;
}

function renderProbability(calibration: Calibration, write: WriteNumber): string {
  if (calibration.kind === 'isotonic') return renderSteps(calibration.x, calibration.y, write);
  const { slope, intercept } = calibration.kind === 'platt' ? calibration : { slope: 1, intercept: 0 };
  return renderLogistic(`${write(slope)} * log_odds + ${write(intercept)}`, write);
}

/**
 * A model as one SELECT over a relation with its predictors: the columns of `keys`, then `log_odds`, `probability` and `tier`,
 * the same as in this process to 1e-9. Values of the model stand in it as literals, names are quoted.
 *
 * @param from a relation or a query in parentheses with an alias; as SQL
 *
 * @example
 * compileScore(engine, model, { from: 'marts.mart_customer_churn_features', keys: ['customer_id'] });
 * // select "customer_id", log_odds, probability, case when probability >= 3.1e-1 then 'critical' … end as tier
 * // from (select …, 1e+0 / (1e+0 + exp(…)) as probability from (select …, case when x0 <= 4e+0 then … as log_odds from …
 */
export function compileScore(
  engine: Pick<Engine, 'profile'>,
  model: ScoringModel,
  { from, keys }: { readonly from: string; readonly keys: readonly string[] },
): string {
  const write = buildWriteNumber(engine);
  const kinds = new Map(model.predictors.map(({ name, kind }) => [name, kind]));
  const names = keys.map(quoteIdentifier).join(', ');
  const { critical, high, medium } = loosenTiers(model.tiers);
  const fence = renderFence(engine);
  const inputs = model.inputs.length === 0 ? '' : `,\n    ${renderInputs(model.inputs, kinds, write)}`;
  return `select ${names}, log_odds, probability,
  case when probability >= ${write(critical)} then 'critical' when probability >= ${write(high)} then 'high'
    when probability >= ${write(medium)} then 'medium' else 'low' end as tier
from (
  select ${names}, log_odds, ${renderProbability(model.calibration, write)} as probability
  from (
    select ${names}, ${renderMargin(model, write)} as log_odds
    from (select ${names}${inputs} from ${from}${fence}) as inputs${fence}
  ) as margins${fence}
) as scored`;
}
