import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DurationError,
  formatDuration,
  formatGoDuration,
  parseDuration,
  parseFlagDuration,
  parseGoDuration,
} from '../../src/model/duration.ts';
import { readLines } from '../support/jsonl.ts';

describe("Prometheus's form", () => {
  it.each([
    ['0', 0, '0s'],
    ['0s', 0, '0s'],
    ['1ms', 1, '1ms'],
    ['1s', 1000, '1s'],
    ['90m', 5_400_000, '1h30m'],
    ['1500ms', 1500, '1s500ms'],
    ['3600s', 3_600_000, '1h'],
    ['25h', 90_000_000, '1d1h'],
    ['1d12h', 129_600_000, '1d12h'],
    ['7d', 604_800_000, '1w'],
    ['8d', 691_200_000, '8d'],
    ['14d', 1_209_600_000, '2w'],
    ['90d', 7_776_000_000, '90d'],
    ['365d', 31_536_000_000, '1y'],
    ['366d', 31_622_400_000, '366d'],
    ['730d', 63_072_000_000, '2y'],
    ['52w', 31_449_600_000, '52w'],
    ['1w1d', 691_200_000, '8d'],
    ['1y1w', 32_140_800_000, '372d'],
    ['1000000ms', 1_000_000, '16m40s'],
    ['31536000001ms', 31_536_000_001, '365d1ms'],
    ['1y2w3d4h5m6s7ms', 33_019_506_007, '382d4h5m6s7ms'],
    ['292y', 9_208_512_000_000, '292y'],
    ['9223372036854ms', 9_223_372_036_854, '106751d23h47m16s854ms'],
    ['01h', 3_600_000, '1h'],
    ['00d1s', 1000, '1s'],
  ])('%s is %d ms, written %s', (text, ms, written) => {
    expect(parseDuration(text)).toBe(ms);
    expect(formatDuration(ms)).toBe(written);
  });

  it.each([
    ['', 'empty duration string'],
    ['1', 'not a valid duration string: "1"'],
    ['30', 'not a valid duration string: "30"'],
    ['00', 'not a valid duration string: "00"'],
    ['h', 'not a valid duration string: "h"'],
    ['-1h', 'not a valid duration string: "-1h"'],
    ['+1h', 'not a valid duration string: "+1h"'],
    ['1h30', 'not a valid duration string: "1h30"'],
    ['12h1d', 'not a valid duration string: "12h1d"'],
    ['1h1h', 'not a valid duration string: "1h1h"'],
    ['1s1m', 'not a valid duration string: "1s1m"'],
    ['1.5h', 'unknown unit "." in duration "1.5h"'],
    ['1h 30m', 'unknown unit "h " in duration "1h 30m"'],
    ['1us', 'unknown unit "us" in duration "1us"'],
    ['1µs', 'unknown unit "µs" in duration "1µs"'],
    ['1Y', 'unknown unit "Y" in duration "1Y"'],
    ['1hh', 'unknown unit "hh" in duration "1hh"'],
    ['1é', 'unknown unit "é" in duration "1é"'],
    ['1h\n', 'unknown unit "h\\n" in duration "1h\\n"'],
    ['293y', 'duration out of range'],
    ['106752d', 'duration out of range'],
    ['292y1y', 'not a valid duration string: "292y1y"'],
    ['292y52w', 'duration out of range'],
    ['9223372036855ms', 'duration out of range'],
    ['18446744073709551615ms', 'duration out of range'],
    ['18446744073709551616ms', 'not a valid duration string: "18446744073709551616ms"'],
    ['99999999999999999999s', 'not a valid duration string: "99999999999999999999s"'],
    ['١h', 'not a valid duration string: "١h"'],
  ])('%j is none', (text, message) => {
    expect(() => parseDuration(text)).toThrow(new DurationError(message));
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_223_372_036_854 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
      { seed: 6, numRuns: 500 },
    );
  });

  it('drops what is below a millisecond and keeps the sign', () => {
    expect(formatDuration(0.9)).toBe('0s');
    expect(formatDuration(-1500.7)).toBe('-1s500ms');
  });
});

describe("Go's form", () => {
  it.each(readLines<[string, string]>(new URL('duration-go.jsonl', import.meta.url)))('%j is %s', (text, expected) => {
    if (expected.startsWith('! ')) expect(() => parseGoDuration(text)).toThrow(new DurationError(expected.slice(2)));
    else expect(formatGoDuration(parseGoDuration(text))).toBe(expected);
  });

  it.each([
    [0, '0s'],
    [1, '1ns'],
    [10, '10ns'],
    [999, '999ns'],
    [1000, '1µs'],
    [1001, '1.001µs'],
    [1500, '1.5µs'],
    [999_999, '999.999µs'],
    [1_000_000, '1ms'],
    [1_100_000, '1.1ms'],
    [999_999_999, '999.999999ms'],
    [1_000_000_000, '1s'],
    [1_500_000_000, '1.5s'],
    [59_999_999_999, '59.999999999s'],
    [60_000_000_000, '1m0s'],
    [61_000_000_000, '1m1s'],
    [3_599_000_000_000, '59m59s'],
    [3_600_000_000_000, '1h0m0s'],
    [3_601_000_000_000, '1h0m1s'],
    [36_000_500_000_000, '10h0m0.5s'],
    [86_400_000_000_000, '24h0m0s'],
    [90_061_000_000_000, '25h1m1s'],
    [-1, '-1ns'],
    [-1500, '-1.5µs'],
    [-2_000_000, '-2ms'],
    [-3_661_000_000_000, '-1h1m1s'],
    [123_456_789_012_345, '34h17m36.789012345s'],
  ])('%d ns are written %s', (ns, written) => {
    expect(formatGoDuration(ns / 1e6)).toBe(written);
  });

  it('reaches as far as nanoseconds in 64 bits', () => {
    expect(parseGoDuration('9223372036854775807ns')).toBeCloseTo(9_223_372_036_854.775, 2);
    expect(parseGoDuration('-9223372036854775808ns')).toBeCloseTo(-9_223_372_036_854.775, 2);
  });

  it('is in milliseconds', () => {
    expect(parseGoDuration('1h0.5s')).toBe(3_600_500);
    expect(parseGoDuration('-1.5ms')).toBe(-1.5);
    expect(parseGoDuration('250us')).toBe(0.25);
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9_000_000_000_000, max: 9_000_000_000_000 }), (us) => {
        expect(parseGoDuration(formatGoDuration(us / 1000))).toBeCloseTo(us / 1000, 6);
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

describe('the form of the command line', () => {
  it.each([
    ['1d', 86_400_000],
    ['2w', 1_209_600_000],
    ['1w2d3h', 788_400_000],
    ['1.5d', 129_600_000],
    ['120h', 432_000_000],
    ['-1d', -86_400_000],
  ])('%s has days and weeks', (text, ms) => {
    expect(parseFlagDuration(text)).toBe(ms);
  });

  it("has no years, and Go's words", () => {
    expect(() => parseFlagDuration('1y')).toThrow(new DurationError('time: unknown unit "y" in duration "1y"'));
    expect(() => parseFlagDuration('1"é\\')).toThrow(
      new DurationError('time: unknown unit ""é\\" in duration "1"é\\"'),
    );
  });
});

describe('a long text', () => {
  it('is refused in no time', () => {
    const started = performance.now();
    for (const text of [
      '9'.repeat(50_000),
      `${'9'.repeat(50_000)}s`,
      '1s'.repeat(20_000),
      `0.${'1'.repeat(50_000)}s`,
    ]) {
      for (const parse of [parseDuration, parseGoDuration]) {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(DurationError);
        }
      }
    }
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
