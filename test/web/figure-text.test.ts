import { describe, expect, it } from 'vitest';
import { renderChange, renderFigure, renderTick, type Unit } from '../../src/web/browser/figure-text.js';

describe('a figure', () => {
  it.each<readonly [unknown, Unit, string, string]>([
    [3_952_930, 'usd', '$3.95M', '$3,952,930'],
    [9_999.4, 'usd', '$9,999', '$9,999.4'],
    [999_950, 'usd', '$1.00M', '$999,950'],
    [-12_345.6, 'usd', '−$12.3K', '−$12,345.6'],
    ['4588440.00', 'usd', '$4.59M', '$4,588,440'],
    [631, 'count', '631', '631'],
    [1.5377, 'count', '1.54', '1.5377'],
    [4_146_820, 'count', '4.15M', '4,146,820'],
    [0.3737864, 'ratio', '37.4 %', '37.37864 %'],
    [1, 'ratio', '100.0 %', '100 %'],
    [0.000405, 'ratio', '0.04 %', '0.0405 %'],
    [0, 'ratio', '0.0 %', '0 %'],
    [63.522, 'ratio', '6,352 %', '6,352.2 %'],
    [2.928, 'multiple', '2.93×', '2.928×'],
    [0.0104275, 'number', '0.0104', '0.0104275'],
    [74.8201, 'score', '74.8', '74.8201'],
    [61, 'score', '61.0', '61'],
    [16.24, 'hours', '16.2 h', '16.24 h'],
    ['2026-01-29', 'day', '29 Jan 2026', '29 Jan 2026'],
    ['2026-01-01', 'month', 'Jan 2026', 'Jan 2026'],
    [true, 'text', 'yes', 'yes'],
    [null, 'usd', '—', '—'],
    [undefined, 'count', '—', '—'],
    ['n/a', 'count', '—', '—'],
  ])('%s in %s is %s, exactly %s', (...figure) => {
    const [value, unit, short, exact] = figure;
    expect(renderFigure(value, unit)).toBe(short);
    expect(renderFigure(value, unit, { isExact: true })).toBe(exact);
  });

  it.each<readonly [number, Unit, string]>([
    [200_000, 'usd', '$200K'],
    [1_500_000, 'usd', '$1.5M'],
    [-2000, 'usd', '−$2K'],
    [100, 'usd', '$100'],
    [2500, 'count', '2.5K'],
    [0.5, 'ratio', '50 %'],
    [0.075, 'ratio', '7.5 %'],
    [40, 'score', '40'],
  ])('on an axis %s in %s is %s', (value, unit, text) => {
    expect(renderTick(value, unit)).toBe(text);
  });

  it('changes in points where it is a share', () => {
    expect(renderChange(-0.0243, 'ratio')).toBe('2.4 points');
    expect(renderChange(1.25, 'percent')).toBe('1.3 points');
    expect(renderChange(0.157, 'multiple')).toBe('0.16×');
    expect(renderChange(-1500, 'usd')).toBe('$1,500');
  });
});
