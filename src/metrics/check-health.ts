import type { DefinitionProblem } from '../runner/index.ts';
import { didYouMean } from '../runner/index.ts';
import type { HealthComponent, HealthDefinition } from './health-definition.ts';

/** What a health definition may name. */
export interface HealthWorld {
  /** Columns of `int_customer_rates` that are figures. */
  readonly columns: readonly string[];
  readonly planTiers: readonly string[];
}

function findRepeated(names: readonly string[]): number {
  return names.findIndex((name, index) => names.indexOf(name) < index);
}

function* checkComponent(
  component: HealthComponent,
  place: number,
  world: HealthWorld,
): Generator<DefinitionProblem> {
  for (const [index, { column, curve }] of component.inputs.entries()) {
    const path = ['components', place, 'inputs', index];
    if (!world.columns.includes(column)) {
      yield {
        path: [...path, 'column'],
        problem: 'int_customer_rates has no such figure',
        hint: didYouMean(column, world.columns, `It has ${world.columns.join(', ')}.`),
      };
    }
    const fallen = curve.findIndex(([value], at) => at > 0 && value <= (curve[at - 1]?.[0] ?? value));
    if (fallen !== -1) {
      yield {
        path: [...path, 'curve', fallen],
        problem: `${curve[fallen]?.[0]} does not lie above ${curve[fallen - 1]?.[0]}`,
        hint: 'Write the points of a curve as [value, points], the values rising.',
      };
    }
  }
}

function* checkSegments(health: HealthDefinition, world: HealthWorld): Generator<DefinitionProblem> {
  const names = health.components.map(({ name }) => name);
  const tiers = health.segments.map(({ plan_tier }) => plan_tier);
  for (const [index, { plan_tier, weights }] of health.segments.entries()) {
    const path = ['segments', index];
    if (!world.planTiers.includes(plan_tier)) {
      yield {
        path: [...path, 'plan_tier'],
        problem: 'there is no such plan tier',
        hint: `Plan tiers are ${world.planTiers.join(', ')}.`,
      };
    }
    const unknown = Object.keys(weights).find((name) => !names.includes(name));
    if (unknown !== undefined) {
      yield {
        path: [...path, 'weights', unknown],
        problem: 'there is no such component',
        hint: didYouMean(unknown, names, `Components are ${names.join(', ')}.`),
      };
    }
    if (health.components.every(({ name, weight }) => (weights[name] ?? weight) === 0)) {
      yield {
        path: [...path, 'weights'],
        problem: 'no component weighs anything',
        hint: 'Leave one a weight.',
      };
    }
  }
  const repeated = findRepeated(tiers);
  if (repeated !== -1) {
    yield {
      path: ['segments', repeated, 'plan_tier'],
      problem: 'the tier has weights already',
      hint: 'Write all weights of a tier into one segment.',
    };
  }
}

/** What no schema can see: names that do not exist, orders that are not kept. The first found comes first. */
export function* checkHealth(health: HealthDefinition, world: HealthWorld): Generator<DefinitionProblem> {
  const repeated = findRepeated(health.components.map(({ name }) => name));
  if (repeated !== -1) {
    yield {
      path: ['components', repeated, 'name'],
      problem: 'another component has the name',
      hint: 'Give every component a name of its own.',
    };
  }
  for (const [index, component] of health.components.entries())
    yield* checkComponent(component, index, world);
  const { excellent, stable, at_risk } = health.bands;
  if (!(excellent > stable && stable > at_risk)) {
    yield {
      path: ['bands', excellent > stable ? 'at_risk' : 'stable'],
      problem: 'a band begins below the one before it',
      hint: 'Let excellent be above stable and stable above at_risk.',
    };
  }
  yield* checkSegments(health, world);
  for (const [index, { from, until }] of health.overrides.entries()) {
    if (until >= from) continue;
    yield {
      path: ['overrides', index, 'until'],
      problem: `the score would end before it begins (${from})`,
      hint: 'Let until be from or a later day.',
    };
  }
}
