// The files of Alertmanagers of other versions than the one that is at hand, written field by field.

import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { readSnapshot } from '../../src/cli/alertmanager-snapshot.ts';

type Field = readonly [number, string | number | Uint8Array];

function message(...fields: readonly Field[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [number, value] of fields) {
    if (typeof value === 'number') writer.tag(number, 0).int64(value);
    else if (typeof value === 'string') writer.tag(number, 2).string(value);
    else writer.tag(number, 2).bytes(value);
  }
  return writer.finish();
}

function file(...records: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(records.map((record) => new BinaryWriter().bytes(record).finish()));
}

const at = (seconds: number): Uint8Array => message([1, seconds], [2, 250_000_000]);
const matcher = (type: number, name: string, pattern: string): Uint8Array =>
  message(...(type === 0 ? [] : [[1, type] as const]), [2, name], [3, pattern]);
const silence = (...fields: readonly Field[]): Uint8Array =>
  message([1, message([1, 'an-id'], [3, at(100)], [4, at(200)], [5, at(150)], ...fields)], [2, at(300)]);
const entry = (...fields: readonly Field[]): Uint8Array =>
  message(
    [1, message([1, '{}:{alertname="A"}'], [2, message([1, 'team'], [2, 'slack'], [3, 1])], [5, at(150)], ...fields)],
    [2, at(300)],
  );

describe('silences', () => {
  const common = { id: 'an-id', startsAt: 100_250, endsAt: 200_250, updatedAt: 150_250, expiresAt: 300_250 };

  it('of before there were sets of matchers, with the comments of the oldest versions', () => {
    const matchers: Field[] = [
      [2, matcher(0, 'a', 'b')],
      [2, matcher(1, 'c', 'd|e')],
    ];
    const old = silence(...matchers, [7, message([1, 'somebody'], [2, 'because'], [3, at(100)])]);
    const newer = silence(...matchers, [8, 'somebody'], [9, 'because'], [10, message([1, 'ticket'], [2, '42'])]);
    const { kind, silences, skipped } = readSnapshot(file(old, newer));
    expect({ kind, skipped }).toEqual({ kind: 'silences', skipped: [] });
    expect(silences).toMatchObject([
      { ...common, createdBy: 'somebody', comment: 'because', annotations: {} },
      { ...common, createdBy: 'somebody', comment: 'because', annotations: { ticket: '42' } },
    ]);
    for (const { matcherSets } of silences) {
      expect(matcherSets.map((set) => set.map(({ name, type, value }) => name + type + value))).toEqual([
        ['a=b', 'c=~d|e'],
      ]);
    }
  });

  it('of after, whose first set stands there twice', () => {
    const first = matcher(0, 'a', 'b');
    const { silences } = readSnapshot(
      file(
        silence(
          [2, first],
          [11, message([1, first])],
          [11, message([1, matcher(2, 'c', 'd')], [1, matcher(3, 'e', 'f')])],
        ),
      ),
    );
    expect(silences[0]!.matcherSets.map((set) => set.map(({ name, type, value }) => name + type + value))).toEqual([
      ['a=b'],
      ['c!=d', 'e!~f'],
    ]);
  });

  it('that would silence more than they did are left out', () => {
    const one = matcher(0, 'a', 'b');
    const { silences, skipped } = readSnapshot(
      file(
        silence([2, one], [12, message([1, matcher(0, 'team', 'x')])]),
        silence([8, 'nobody']),
        silence([11, message([1, one])], [11, message()]),
        silence([2, matcher(4, 'a', 'b')]),
        silence([2, matcher(1, 'a', '(')]),
        silence([2, one], [99, 'of a version to come']),
      ),
    );
    expect(silences).toHaveLength(1);
    expect(skipped).toEqual([
      'silence an-id: it is for certain receivers only, which is not supported',
      'silence an-id: it has no matchers',
      'silence an-id: it has no matchers',
      'silence an-id: it has a kind of matcher that is not known',
      expect.stringMatching(/^silence an-id: .*missing closing \)/) as string,
    ]);
  });
});

describe('entries of the notification log', () => {
  it('of every version', () => {
    const texts = (name: string, value: string): Uint8Array => message([1, name], [2, message([1, value])]);
    const { kind, log, skipped } = readSnapshot(
      file(
        entry([3, new Uint8Array([1, 2, 3])], [4, 1]),
        entry([6, 5], [6, 6], [7, 7]),
        entry(
          [8, texts('channelId', 'C1')],
          [8, texts('threadTs', '1.5')],
          [8, message([1, 'n'], [2, message([2, 7])])],
        ),
      ),
    );
    expect({ kind, skipped }).toEqual({ kind: 'nflog', skipped: [] });
    const common = { receiver: 'team', integration: 'slack', index: 1, at: 150_250, expiresAt: 300_250 };
    expect(log).toMatchObject([
      { ...common, firing: [], resolved: [] },
      { ...common, firing: { length: 2 }, resolved: { length: 1 } },
      { ...common, receipt: 'C1:1.5' },
    ]);
    expect(log[1]).not.toHaveProperty('receipt');
  });
});

it('of an Alertmanager that knew nothing is empty', () => {
  expect(readSnapshot(new Uint8Array())).toMatchObject({ silences: [], log: [], skipped: [] });
});
