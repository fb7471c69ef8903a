import { quoteLiteral } from '../base/index.ts';
import { renderMoment } from './campaign-plan-store.ts';
import { EXPERIMENTS, type Experiment } from './experiments.ts';
import type { GeneratorContext } from './generator.ts';

/** Experiments begin at nine and end at five. */
const OPENS = 9 * 3600;
const CLOSES = 17 * 3600;

/** Planned numbers of units are set in steps of this many. */
const PLAN_STEP = 50;

/** A day no one leaves on. */
const NEVER = 1_000_000;

const DRAWS = ['variant+day', 'second+delay', 'converts'];

/** An experiment by its number, from 1, and its days. */
interface Trial extends Experiment {
  readonly no: number;
  readonly firstDay: number;
  readonly plannedDay: number;
  /** Its last day; none while it runs. */
  readonly lastDay: number | null;
}

function listTrials(days: number): readonly Trial[] {
  return EXPERIMENTS.map((experiment, index) => {
    const end = experiment.stopped ?? experiment.to;
    return {
      ...experiment,
      no: index + 1,
      firstDay: Math.round(experiment.from * days),
      plannedDay: Math.round(experiment.to * days),
      lastDay: end > 1 ? null : Math.round(end * days),
    };
  });
}

/** Those who may take part, with the days from and up to which they are there. */
function renderUnits({ plan }: GeneratorContext, unit: Experiment['unit']): string {
  const dayNo = (date: string) => `cast(${date} - (date '${plan.asOf}' - ${plan.days}) as integer)`;
  const until = (date: string) => `coalesce(${dayNo(date)}, ${NEVER})`;
  switch (unit) {
    case 'user':
      return `
        select person as unit_no, user_id as unit_id, ${dayNo('users.created_day')} + 1 as from_day,
          least(${until('users.left_day')}, ${until('accounts.churn_date')}) as until_day
        from scratch.users as users inner join scratch.accounts as accounts using (customer_no)`;
    case 'customer':
      return `
        select customer_no as unit_no, customer_id as unit_id, ${dayNo('signup_date')} + 1 as from_day,
          ${until('churn_date')} as until_day
        from scratch.accounts`;
    default:
      return `
        select visitor_no as unit_no, visitor_id as unit_id, day_no as from_day, ${NEVER} as until_day, second
        from scratch.visits where visit_no = 0`;
  }
}

/**
 * The exposures of one experiment: whoever is there when it begins comes by in the course of it, whoever
 * comes later is exposed within days, a visitor on the first visit.
 */
function renderExposures(context: GeneratorContext, trial: Trial): string {
  const { plan, chance } = context;
  const lastDay = Math.min(trial.lastDay ?? plan.days, plan.days);
  const length = Math.max(1, trial.plannedDay - trial.firstDay);
  const isVisitor = trial.unit === 'visitor';
  const units = `(
    select * from (
      select *, ${chance.key('unit_no', `experiment ${trial.no}`)} as h
      from (${renderUnits(context, trial.unit)})
      where from_day <= ${lastDay}
        and until_day > ${trial.firstDay} ${isVisitor ? `and from_day >= ${trial.firstDay}` : ''}
    )
    where ${chance.unit('h', 'part')} < ${trial.share}
  )`;
  const wait = `case when from_day < ${trial.firstDay} then floor(u_day * u_day * ${length})
    else floor(u_day * 3) end`;
  const worth =
    trial.worth === 1 ? '1' : `round(${trial.worth} * (0.4 - 0.6 * ln(${chance.unit('h', 'worth')})))`;
  const day = isVisitor ? 'from_day' : `greatest(from_day, ${trial.firstDay}) + cast(${wait} as integer)`;
  const second = isVisitor ? 'second + 2' : `${OPENS} + cast(floor(u_second * ${CLOSES - OPENS}) as integer)`;
  return `
    select ${trial.no} as no, unit_no, unit_id, u_variant < ${trial.treated} as is_treated, until_day,
      (${day})::bigint * 86400 + ${second} as exposed,
      ${trial.firstDay}::bigint * 86400 + ${OPENS} as begun,
      ${lastDay}::bigint * 86400 + ${trial.lastDay === null ? 86_399 : CLOSES} as ended,
      u_converts < ${trial.base} * case when u_variant < ${trial.treated} then ${1 + trial.lift}
        else 1 end as converts,
      60 + cast(floor(-ln(u_delay) * ${trial.days * 86_400}) as bigint) as delay,
      ${worth}::double as worth
    from ${chance.withDraws(units, 'h', DRAWS)}
    where ${day} < until_day`;
}

/** `raw.experiment_exposures`: one row per experiment and unit. Who has left converts no more. */
async function writeExposures(context: GeneratorContext, trials: readonly Trial[]): Promise<void> {
  const { engine, chance, stamp } = context;
  await engine.execute(`
    create table scratch.exposures as
    select *, converts and exposed + delay <= ended and exposed + delay < until_day::bigint * 86400
      as is_converted
    from (${trials.map((trial) => renderExposures(context, trial)).join(' union all ')})
    where exposed between begun and ended
    order by no, exposed, unit_no;
    insert into raw.experiment_exposures by name
    select ${chance.shortId('x', 'no', 'experiment')} as experiment_id, unit_id,
      case when is_treated then 'treatment' else 'control' end as variant,
      ${renderMoment(context, '0', 'exposed')} as exposed_at,
      case when is_converted then ${renderMoment(context, '0', 'exposed + delay')} end as converted_at,
      case when is_converted then worth end as value,
      ${stamp}
    from scratch.exposures`);
}

/**
 * `raw.experiments` and `raw.experiment_exposures`. How many units were planned is what the plan's whole
 * length would bring at the rate of the days gone by.
 */
export async function writeExperiments(context: GeneratorContext): Promise<void> {
  const { engine, plan, chance, stamp } = context;
  const trials = listTrials(plan.days);
  const rows = trials.map(({ no, name, metric, unit, firstDay, lastDay, plannedDay }) => {
    const progress = Math.max(1, (lastDay ?? plan.days) - firstDay) / Math.max(1, plannedDay - firstDay);
    const texts = [name, metric, unit].map(quoteLiteral).join(', ');
    return `(${no}, ${texts}, ${firstDay}, ${lastDay ?? 'null'}, ${progress}::double)`;
  });
  await writeExposures(context, trials);
  await engine.execute(`
    insert into raw.experiments by name
    with counted as (
      select no, count(*) as units from scratch.exposures group by no
    )
    select ${chance.shortId('x', 'trials.no', 'experiment')} as experiment_id, name,
      metric as primary_metric, unit,
      ${renderMoment(context, 'first_day', String(OPENS))} as start_at,
      ${renderMoment(context, 'last_day', String(CLOSES))} as end_at,
      cast(${PLAN_STEP} * greatest(1, ceil(coalesce(units, 0) / progress / ${PLAN_STEP})) as integer)
        as planned_n,
      ${stamp}
    from (values ${rows.join(', ')}) as trials(no, name, metric, unit, first_day, last_day, progress)
    left join counted on counted.no = trials.no
    order by trials.no`);
}
