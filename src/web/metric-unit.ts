import type { MetricEntry } from '../app/index.ts';
import type { Unit } from './browser/figure-text.js';

/** How figures of a metric are written. */
export function readUnit({ unit, isMultiple }: Pick<MetricEntry, 'unit' | 'isMultiple'>): Unit {
  return isMultiple ? 'multiple' : (unit as Unit);
}
