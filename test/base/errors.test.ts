import { describe, expect, it } from 'vitest';
import {
  buildFixedClock,
  ERROR_CATALOGUE,
  quoteIdentifier,
  quoteLiteral,
  TenureError,
  utcDate,
  utcTime,
} from '../../src/base/index.ts';

describe('errors', () => {
  it('fill message and fix from the details', () => {
    const error = new TenureError('DRIVER_MISSING', { driver: 'pg' });
    expect(error.message).toBe('The driver pg is not installed.');
    expect(error.fix).toContain('npm install pg');
    expect(error.kind).toBe('environment');
  });

  it('all say what to do, in whole sentences', () => {
    for (const [code, entry] of Object.entries(ERROR_CATALOGUE)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(entry.fix, code).toMatch(/^\{hint\}$|^.{16,}/s);
    }
  });
});

describe('clock', () => {
  it('gives UTC dates whatever the time zone of the machine', () => {
    const clock = buildFixedClock('2026-03-14T23:59:59.999Z');
    expect(utcDate(clock)).toBe('2026-03-14');
    expect(utcTime(clock)).toBe('2026-03-14T23:59:59.999Z');
  });
});

describe('sql text', () => {
  it('quotes so that nothing can leave its quotes', () => {
    expect(quoteIdentifier('a"b')).toBe('"a""b"');
    expect(quoteLiteral(`a'b`)).toBe(`'a''b'`);
    expect(() => quoteIdentifier('a\0b')).toThrow(TypeError);
  });
});
