import { describe, expect, it } from 'vitest';
import { includesSorted, notifyReason } from '../../src/engine/dedup.ts';
import type { LogEntry } from '../../src/engine/types.ts';

const entry = (firing: string[], resolved: string[], at = 0): LogEntry => ({
  groupKey: 'g',
  receiver: 'r',
  integration: 'webhook',
  index: 0,
  at,
  firing,
  resolved,
  expiresAt: 1e9,
});

// Alertmanager's cases of DedupStage.needsUpdate, and the ones around them.
const cases: [string, LogEntry | undefined, string[], string[], boolean, number, string | null][] = [
  ['nothing told, one fires', undefined, ['a'], [], true, 0, 'first notification'],
  ['nothing told, only ends', undefined, [], ['a'], true, 0, null],
  ['nothing told, nothing there', undefined, [], [], true, 0, null],
  ['a new one', entry(['a'], []), ['a', 'b'], [], true, 0, 'new alerts added'],
  ['another one', entry(['a'], []), ['b'], [], true, 0, 'new alerts added'],
  ['a new one after all had ended', entry([], ['a']), ['a'], [], true, 0, 'first notification'],
  ['the same', entry(['a', 'b'], []), ['a', 'b'], [], true, 0, null],
  ['one fewer, without a word of its end', entry(['a', 'b'], []), ['a'], [], true, 0, null],
  ['one ended', entry(['a', 'b'], []), ['a'], ['b'], true, 0, 'some alerts resolved'],
  ['one ended, not asked for', entry(['a', 'b'], []), ['a'], ['b'], false, 0, null],
  ['one ended, told already', entry(['a'], ['b']), ['a'], ['b'], true, 0, null],
  ['all ended', entry(['a'], []), [], ['a'], true, 0, 'all alerts resolved'],
  ['all ended, not asked for: the log must hear of it', entry(['a'], []), [], ['a'], false, 0, 'all alerts resolved'],
  ['all ended, told already', entry([], ['a']), [], ['a'], true, 0, null],
  ['others came and went unnoticed', entry([], ['a']), [], ['b'], true, 0, null],
  ['the repeat interval has just not gone by', entry(['a'], [], 1000), ['a'], [], true, 1000 + 60_000, null],
  [
    'the repeat interval has gone by',
    entry(['a'], [], 1000),
    ['a'],
    [],
    true,
    1001 + 60_000,
    'repeat interval elapsed',
  ],
];

describe('the reason to notify', () => {
  for (const [title, log, firing, resolved, sendResolved, at, expected] of cases) {
    it(title, () => {
      expect(notifyReason(log, { firing, resolved }, sendResolved, 60_000, at)).toBe(expected);
    });
  }
});

describe('looking up in a sorted list', () => {
  it('finds what is there and nothing else', () => {
    const list = ['b', 'd', 'f'];
    expect(['a', 'b', 'c', 'd', 'e', 'f', 'g'].filter((x) => includesSorted(list, x))).toEqual(list);
    expect(includesSorted([], 'a')).toBe(false);
  });
});
