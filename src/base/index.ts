export { buildSeededChance, type Chance, systemChance } from './chance.ts';
export { buildFixedClock, type Clock, systemClock, utcDate, utcTime } from './clock.ts';
export { addDays, daysBetween, monthsBetween } from './days.ts';
export { type Environment, processEnvironment } from './environment.ts';
export { ERROR_CATALOGUE, type ErrorKind } from './error-catalogue.ts';
export { errorText, TenureError } from './errors.ts';
export { type Ids, systemIds } from './ids.ts';
export { buildInstant, isTimezone, localDay, parseLocalTime, parseWeekday } from './local-time.ts';
export { quoteIdentifier, quoteLiteral, quoteRelation } from './sql-text.ts';
