import { faker } from '@faker-js/faker/locale/en';
import type { GeneratorContext } from './generator.ts';

/** People to choose from: for contacts and the team. */
const PEOPLE = 3000;

/** Company names, no two alike; when the wells run dry, a number is added. */
function listCompanies(count: number): readonly string[] {
  const names = new Set<string>();
  for (let tries = 0; names.size < count && tries < count * 3; tries += 1) names.add(faker.company.name());
  for (let number = 2; names.size < count; number += 1) names.add(`${faker.company.name()} ${number}`);
  return [...names];
}

/**
 * `scratch.people` and `scratch.companies`: names from faker, as many as are needed. Same seed, same names, for one
 * version of faker (pinned).
 */
export async function writeNames(context: GeneratorContext): Promise<void> {
  const { engine, plan } = context;
  faker.seed(plan.seed);
  const people = Array.from({ length: PEOPLE }, () => [faker.person.firstName(), faker.person.lastName()]);
  const companies = listCompanies(plan.customers);
  await engine.execute(
    `create table scratch.people as
     select cast(place - 1 as integer) as person_no, person[1] as first_name, person[2] as last_name
     from (select unnest(cast(json($1) as varchar[][])) as person, generate_subscripts(cast(json($1) as varchar[][]), 1) as place)
     order by person_no`,
    [JSON.stringify(people)],
  );
  await engine.execute(
    `create table scratch.companies as
     select cast(place - 1 as integer) as company_no, name
     from (select unnest(cast(json($1) as varchar[])) as name, generate_subscripts(cast(json($1) as varchar[]), 1) as place)
     order by company_no`,
    [JSON.stringify(companies)],
  );
}
