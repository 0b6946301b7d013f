import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprint, type LabelSet } from '../../src/model/labels.ts';

/** The definition, word for word: FNV-1a 64 over names and values in byte order, each followed by 0xff. */
function byDefinition(labels: LabelSet): string {
  let hash = 0xcbf29ce484222325n;
  const take = (bytes: Iterable<number>): void => {
    for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  };
  const pairs = Object.entries(labels).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const text of pairs.flat()) {
    take(Buffer.from(text));
    take([0xff]);
  }
  return hash.toString(16).padStart(16, '0');
}

describe('fingerprint', () => {
  it('is the one that Alertmanager shows', () => {
    expect(fingerprint({ b: 'x' })).toBe('019d71999ffa1e47');
    expect(fingerprint({ alertname: 'x', team: 'db', severity: 'critical', cluster: 'c' })).toBe('b38df1de9f4c2e28');
    expect(fingerprint({})).toBe('cbf29ce484222325');
  });

  it('follows the definition for any text', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
    fc.assert(
      fc.property(fc.dictionary(text, text), (labels) => {
        expect(fingerprint(labels)).toBe(byDefinition(labels));
      }),
      { numRuns: 500 },
    );
  });
});
