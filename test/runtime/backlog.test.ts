import { describe, expect, it } from 'vitest';
import type { Write } from '../../src/engine/types.ts';
import { compactWrites } from '../../src/runtime/backlog.ts';
import { Random } from '../support/random.ts';
import { Journal } from '../support/world.ts';

const alert = (name: string, endsAt: number, change: 'fired' | 'changed' | 'refreshed' | 'resolved'): Write => ({
  type: 'alert',
  alert: {
    fingerprint: name,
    labels: {},
    annotations: {},
    generatorURL: '',
    startsAt: 0,
    endsAt,
    updatedAt: 0,
    timeout: false,
  },
  change,
});

describe('compacting writes that wait', () => {
  it('drops refreshes that are overtaken and keeps what history is made of', () => {
    const writes = [
      alert('a', 1, 'fired'),
      alert('a', 2, 'refreshed'),
      alert('b', 3, 'refreshed'),
      alert('a', 4, 'refreshed'),
      alert('a', 5, 'resolved'),
    ];
    expect(compactWrites(writes)).toEqual([writes[0], writes[2], writes[4]]);
  });

  it('leaves the state that the writes lead to as it is', () => {
    const random = new Random(3);
    for (let trial = 0; trial < 200; trial++) {
      const writes: Write[] = Array.from({ length: random.below(40) }, (_, i) => {
        const name = random.pick(['a', 'b', 'c']);
        const dice = random.below(4);
        if (dice === 0) return { type: 'alertGone', fingerprint: name, endedAt: i };
        if (dice === 1)
          return { type: 'group', group: { id: name, flushAt: i, firstFlushAt: 0, pending: false, telling: {} } };
        if (dice === 2) return { type: 'groupGone', id: name };
        return alert(name, i, random.pick(['fired', 'changed', 'refreshed', 'resolved'] as const));
      });
      const [whole, compact] = [new Journal(), new Journal()];
      whole.commit(writes, 1);
      compact.commit(compactWrites(writes), 1);
      const state = (j: Journal): string =>
        JSON.stringify([
          [...j.alerts.values()].map((a) => [a.fingerprint, a.endsAt]).sort(),
          [...j.groups.values()].map((g) => [g.id, g.flushAt]).sort(),
        ]);
      expect(state(compact)).toBe(state(whole));
    }
  });
});
