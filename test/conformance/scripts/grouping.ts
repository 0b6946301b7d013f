// When a group speaks: waits, intervals, repeats, ends.

import type { Script } from '../harness-script.ts';
import { alert, config, receiver } from './base.ts';

const disk = { ...alert('Disk', { instance: 'a:9100', job: 'node' }), annotations: { summary: 'Disk is full' } };
const other = { ...alert('Disk', { instance: 'b:9100', job: 'node' }), annotations: { summary: 'Disk is full too' } };

export const grouping: readonly Script[] = [
  {
    name: 'a single alert is told once, after group_wait',
    config: config({}),
    steps: [
      {
        at: 0,
        alerts: [{ ...disk, startsAt: 0, endsAt: 60, generatorURL: 'http://prometheus.example/graph?g0.expr=up' }],
      },
      { at: 0.3, query: '/api/v2/alerts' },
      { at: 0.3, query: '/api/v2/alerts/groups' },
      { at: 1.5, query: '/api/v2/alerts' },
      { at: 1.5, query: '/api/v2/receivers' },
    ],
    until: 4,
    told: 1,
  },
  {
    name: 'alerts within group_wait are told together',
    config: config({}),
    steps: [
      { at: 0, alerts: [disk] },
      { at: 0.35, alerts: [other, alert('Memory', { instance: 'a:9100' })] },
    ],
    until: 3.5,
    told: 2,
  },
  {
    name: 'a later alert waits for group_interval',
    config: config({}),
    steps: [
      { at: 0, alerts: [disk] },
      { at: 1.4, alerts: [other] },
    ],
    until: 5.5,
    told: 2,
  },
  {
    name: 'a resolved alert is told at the next flush and forgotten',
    config: config({}),
    steps: [
      { at: 0, alerts: [disk] },
      { at: 1.5, resolve: [disk] },
      { at: 1.9, query: '/api/v2/alerts' },
      { at: 3.3, query: '/api/v2/alerts' },
      { at: 3.3, query: '/api/v2/alerts/groups' },
    ],
    until: 5.5,
    told: 2,
  },
  {
    name: 'one of two resolves, then the other',
    config: config({}),
    steps: [
      { at: 0, alerts: [disk, other] },
      { at: 1.5, resolve: [other] },
      { at: 3.5, resolve: [disk] },
    ],
    until: 7.2,
    told: 3,
  },
  {
    name: 'what fires and resolves within group_wait is never told',
    config: config({}),
    steps: [
      { at: 0, alerts: [disk] },
      { at: 0.35, resolve: [disk] },
      { at: 1.4, query: '/api/v2/alerts' },
      { at: 1.4, query: '/api/v2/alerts/groups' },
      { at: 1.6, alerts: [alert('Other')] },
    ],
    until: 4,
    told: 1,
  },
  {
    name: 'an alert that fires again after its end was told is new',
    config: config({}),
    steps: [
      { at: 0, alerts: [disk] },
      { at: 1.5, resolve: [disk] },
      { at: 3.5, alerts: [disk] },
    ],
    until: 6,
    told: 3,
  },
  {
    name: 'an alert that fires again before its end was told says nothing',
    config: config({}),
    steps: [
      { at: 0, alerts: [disk] },
      { at: 1.2, resolve: [disk] },
      { at: 1.8, alerts: [disk] },
      { at: 4.0, resolve: [disk] },
    ],
    until: 7.2,
    told: 2,
  },
  {
    name: 'an alert that never ends is told again after repeat_interval, at the next flush',
    config: config({}).replace('2s', '1s').replace('repeat_interval: 1h', 'repeat_interval: 2500ms'),
    steps: [{ at: 0, alerts: [disk] }],
    until: 8.2,
    told: 3,
  },
  {
    name: 'a resolved alert is not repeated, a firing one of its group is',
    config: config({}).replace('2s', '1s').replace('repeat_interval: 1h', 'repeat_interval: 2500ms'),
    steps: [
      { at: 0, alerts: [disk, other] },
      { at: 1.2, resolve: [other] },
    ],
    until: 6.2,
    told: 3,
  },
  {
    name: 'an old alert is told at once',
    config: config({}),
    steps: [
      { at: 0, alerts: [{ ...disk, startsAt: -3600, endsAt: 3600 }] },
      { at: 1.0, alerts: [{ ...other, startsAt: -3600, endsAt: 3600 }] },
    ],
    until: 4,
    told: 2,
  },
  {
    name: 'group_by with every label makes a group of each alert',
    config: config({ route: "group_by: ['...']" }).replace('  group_by: [alertname]\n', ''),
    steps: [
      { at: 0, alerts: [disk, other] },
      { at: 1.3, query: '/api/v2/alerts/groups' },
    ],
    until: 3.5,
    told: 2,
  },
  {
    name: 'an empty group_by puts everything into one group',
    config: config({
      route: 'routes:\n- receiver: one\n  group_by: []\n',
      receivers: [receiver('one')],
    }),
    steps: [
      { at: 0, alerts: [disk, alert('Memory'), alert('Network')] },
      { at: 1.3, query: '/api/v2/alerts/groups' },
    ],
    until: 3.5,
    told: 1,
  },
  {
    name: 'a label that an alert lacks is left out of its group',
    config: config({ route: 'group_by: [cluster, alertname]' }).replace('  group_by: [alertname]\n', ''),
    steps: [
      { at: 0, alerts: [disk, alert('Disk', { cluster: 'eu' }), alert('Disk', { cluster: 'us' })] },
      { at: 1.3, query: '/api/v2/alerts/groups' },
    ],
    until: 3.5,
    told: 3,
  },
  {
    name: 'an alert without an end is resolved after resolve_timeout',
    config: config({ rest: 'global:\n  resolve_timeout: 1500ms\n' }),
    steps: [
      { at: 0, alerts: [disk] },
      { at: 1.2, query: '/api/v2/alerts' },
      { at: 2.1, query: '/api/v2/alerts' },
    ],
    until: 5.2,
    told: 2,
  },
  {
    name: 'a report keeps an alert alive until its endsAt',
    config: config({}),
    steps: [
      { at: 0, alerts: [{ ...disk, startsAt: 0, endsAt: 2 }] },
      { at: 1.5, alerts: [{ ...disk, startsAt: 0, endsAt: 3.5 }] },
      { at: 3.0, query: '/api/v2/alerts' },
    ],
    until: 7.2,
    told: 2,
  },
  {
    name: 'changed annotations are in the next notification, and are no reason for one',
    config: config({}),
    steps: [
      { at: 0, alerts: [disk] },
      {
        at: 1.2,
        alerts: [{ ...disk, annotations: { summary: 'Disk is fuller', runbook: 'http://runbooks.example/disk' } }],
      },
      { at: 1.6, query: '/api/v2/alerts' },
      { at: 3.1, alerts: [other] },
    ],
    until: 5.5,
    told: 2,
  },
];
