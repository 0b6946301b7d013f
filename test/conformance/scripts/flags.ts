// What the flags change: where the API is, which label names are accepted, how much there may be of everything.

import type { Script } from '../harness-script.ts';
import { alert, config, equal } from './base.ts';

export const flags: readonly Script[] = [
  {
    name: '--web.external-url moves the API and is in the notifications',
    config: config({}),
    flags: ['--web.external-url=http://alerts.example:8080/bell/'],
    prefix: '/bell',
    steps: [
      { at: 0, alerts: [alert('A')] },
      { at: 0.3, query: '/bell/api/v2/alerts' },
      { at: 0.3, query: '/api/v2/alerts' },
      { at: 0.3, query: '/bell/-/healthy' },
      { at: 0.3, query: '/-/healthy' },
    ],
    until: 1.6,
    told: 1,
  },
  {
    name: '--web.route-prefix moves the API alone',
    config: config({}),
    flags: ['--web.route-prefix=bell', '--web.external-url=http://alerts.example/'],
    prefix: '/bell',
    steps: [
      { at: 0, alerts: [alert('A')] },
      { at: 0.3, query: '/bell/api/v2/alerts' },
    ],
    until: 1.6,
    told: 1,
  },
  {
    name: '--enable-feature=classic-mode refuses other label names',
    config: config({}),
    flags: ['--enable-feature=classic-mode'],
    steps: [
      { at: 0, alerts: [alert('A'), alert('B', { größe: 'x' })] },
      { at: 0.1, silence: { name: 'utf', matchers: [equal('größe', 'x')], from: 0.2, to: 60 } },
      { at: 0.3, query: '/api/v2/alerts' },
      { at: 0.3, query: '/api/v2/alerts?filter=%22gr%C3%B6%C3%9Fe%22%3D%22x%22' },
      { at: 0.3, query: '/api/v2/alerts?filter=alertname%3DA' },
    ],
    until: 1.6,
    told: 1,
  },
  {
    name: '--enable-feature=utf8-strict-mode refuses what only the old parser reads',
    config: config({}),
    flags: ['--enable-feature', 'utf8-strict-mode'],
    steps: [
      { at: 0, alerts: [alert('A'), alert('B', { größe: 'x' })] },
      { at: 0.3, query: '/api/v2/alerts?filter=gr%C3%B6%C3%9Fe%3D%22x%22' },
      { at: 0.3, query: `/api/v2/alerts?filter=${encodeURIComponent('alertname=~[a-z]+')}` },
      { at: 0.3, query: `/api/v2/alerts?filter=${encodeURIComponent('alertname="a\\s"')}` },
    ],
    until: 1.6,
    told: 2,
  },
  {
    name: '--alerts.per-alertname-limit refuses the third of a name',
    config: config({}),
    flags: ['--alerts.per-alertname-limit=2'],
    steps: [
      { at: 0, alerts: ['1', '2', '3'].map((n) => alert('A', { n })) },
      { at: 0.1, alerts: [alert('B'), alert('A', { n: '1' })] },
      { at: 0.3, query: '/api/v2/alerts' },
    ],
    until: 1.6,
    told: 2,
  },
  {
    name: '--silences.max-silences and the largest size refuse',
    config: config({}),
    flags: ['--silences.max-silences=2', '--silences.max-silence-size-bytes=300'],
    steps: [
      { at: 0, silence: { name: 'one', matchers: [equal('a', '1')], from: 0.1, to: 60 } },
      { at: 0, silence: { name: 'long', matchers: [equal('a', '1')], from: 0.1, to: 60, comment: 'x'.repeat(400) } },
      { at: 0, silence: { name: 'two', matchers: [equal('a', '2')], from: 0.1, to: 60 } },
      { at: 0, silence: { name: 'three', matchers: [equal('a', '3')], from: 0.1, to: 60 } },
      { at: 0.3, silence: { name: 'two', matchers: [equal('a', '2')], from: 0.1, to: 90 } },
      { at: 0.5, query: '/api/v2/silences' },
      { at: 0.6, alerts: [alert('A', { a: '2' }), alert('B')] },
    ],
    until: 2,
    told: 1,
  },
  {
    name: '--dispatch.start-delay holds back until so long after the start',
    config: config({}),
    flags: ['--dispatch.start-delay=5s'],
    steps: [
      { at: 0, alerts: [alert('A')] },
      { at: 0.3, query: '/api/v2/alerts/groups' },
      { at: 0.4, alerts: [{ ...alert('Old'), startsAt: -100 }] },
    ],
    until: 9,
    told: 2,
    // Counted from the start of each process, not of the script.
    within: 3,
  },
];
