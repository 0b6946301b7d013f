// The comparison is what every side-by-side test rests on: one that saw nothing would pass them all.

import { expect, it } from 'vitest';
import { Alike, differences } from './harness-compare.ts';

const body = { status: 'firing', alerts: [{ labels: { a: '1' }, startsAt: '2026-01-01T00:00:00.000Z' }], more: null };

it.each([
  ['a changed value', { ...body, status: 'resolved' }, 1],
  ['a missing member', { status: body.status, alerts: body.alerts }, 1],
  ['a further member', { ...body, extra: undefined }, 1],
  ['a further item', { ...body, alerts: [...body.alerts, body.alerts[0]] }, 2],
  ['another type', { ...body, more: 0 }, 1],
  ['a string for a list', { ...body, alerts: '[]' }, 1],
  ['an instant too far away', { ...body, alerts: [{ ...body.alerts[0], startsAt: '2026-01-01T00:00:00.501Z' }] }, 1],
  ['an instant near enough', { ...body, alerts: [{ ...body.alerts[0], startsAt: '2026-01-01T00:00:00.499Z' }] }, 0],
  ['the zero time', { ...body, alerts: [{ ...body.alerts[0], startsAt: '0001-01-01T00:00:00Z' }] }, 1],
  ['the same', structuredClone(body), 0],
])('sees %s', (_, other, count) => {
  expect(differences(body, other, 500)).toHaveLength(count);
});

it('tells an order apart, save that of ids', () => {
  expect(differences(['a', 'b'], ['b', 'a'], 0)).toHaveLength(2);
  const [one, two] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;
  const alike = new Alike([[':9093', ':PORT']]);
  alike.name(one, 'z');
  alike.name(two, 'a');
  expect(alike.value({ silencedBy: [one, two], url: `http://x:9093/#/silences/${two}` })).toEqual({
    silencedBy: ['<a>', '<z>'],
    url: 'http://x:PORT/#/silences/<a>',
  });
});
