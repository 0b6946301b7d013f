// What happens when a webhook fails, and when the configuration changes under living groups.

import type { Script } from '../harness-script.ts';
import { alert, config, receiver } from './base.ts';

const twoReceivers = config({
  route: 'routes:\n- matchers: [team="web"]\n  receiver: web\n',
  receivers: [receiver('web')],
});

const ALWAYS = `time_intervals:
- name: always
  time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]
`;

export const delivery: readonly Script[] = [
  {
    name: 'a webhook that fails with 500 is tried again until it is well',
    config: config({}).replace('group_interval: 2s', 'group_interval: 10s'),
    failing: { hook: [500, 503] },
    steps: [{ at: 0, alerts: [alert('A')] }],
    until: 6.4,
    told: 3,
    // The pauses between attempts are random on both sides.
    within: null,
  },
  {
    name: 'a webhook that is too slow is asked again',
    config: config({})
      .replace('group_interval: 2s', 'group_interval: 10s')
      .replace('  - url: SINK/hook\n', '  - url: SINK/hook\n    timeout: 300ms\n'),
    failing: { hook: [{ status: 200, delayMs: 1000 }] },
    steps: [{ at: 0, alerts: [alert('A')] }],
    until: 5,
    told: 2,
    within: 1,
  },
  {
    name: 'the end of an alert that was never told for failure is not told either',
    config: config({}),
    failing: { hook: [400, 400] },
    steps: [
      { at: 0, alerts: [alert('A')] },
      { at: 3.2, resolve: [alert('A')] },
    ],
    until: 7.2,
    told: 2,
  },
  {
    name: 'an end that could not be told is told at the next flush',
    config: config({}),
    failing: { hook: [200, 400] },
    steps: [
      { at: 0, alerts: [alert('A')] },
      { at: 1.2, resolve: [alert('A')] },
      { at: 3.2, query: '/api/v2/alerts/groups' },
    ],
    until: 7.2,
    told: 3,
  },
  {
    name: 'a webhook that refuses with 400 is asked again at the next flush',
    config: config({}),
    failing: { hook: [400, 404] },
    steps: [
      { at: 0, alerts: [alert('A')] },
      { at: 1.4, alerts: [alert('A', { n: '2' })] },
    ],
    until: 7.2,
    told: 3,
  },
  {
    name: 'an integration that fails does not hold up its neighbour',
    config: config({}).replace('  - url: SINK/hook\n', '  - url: SINK/hook\n  - url: SINK/broken\n'),
    failing: { broken: [400, 400] },
    steps: [
      { at: 0, alerts: [alert('A')] },
      { at: 1.4, alerts: [alert('A', { n: '2' })] },
    ],
    until: 7.2,
    told: 5,
  },
  {
    name: 'a reload of the same configuration tells nothing again',
    config: config({}),
    steps: [
      { at: 0, alerts: [alert('A')] },
      { at: 1.2, reload: config({}) },
      { at: 1.6, query: '/api/v2/alerts' },
      { at: 1.6, query: '/api/v2/alerts/groups' },
      { at: 3.2, resolve: [alert('A')] },
    ],
    until: 6.2,
    told: 2,
    // The beat begins anew at the reload in Alertmanager and goes on in Tocsin: the end may be told 1.5 s apart.
    within: 2,
  },
  {
    name: 'a reload that moves a route tells the new receiver',
    config: config({ receivers: [receiver('web')] }),
    steps: [
      { at: 0, alerts: [alert('A', { team: 'web' }), alert('B')] },
      { at: 1.3, reload: twoReceivers },
      { at: 1.7, query: '/api/v2/alerts/groups' },
      { at: 1.7, query: '/api/v2/receivers' },
    ],
    until: 5.6,
    told: 3,
    // Alertmanager flushes what is older than group_wait at the reload.
    within: 2.2,
  },
  {
    name: 'a reload that takes a route away tells the parent, and the receiver that is gone hears no more',
    config: twoReceivers,
    steps: [
      { at: 0, alerts: [alert('A', { team: 'web' }), alert('B')] },
      { at: 1.3, reload: config({}) },
      { at: 1.7, query: '/api/v2/alerts/groups' },
      { at: 3.4, resolve: [alert('A', { team: 'web' })] },
    ],
    until: 7.2,
    told: 4,
    // Alertmanager flushes what is older than group_wait at the reload, and its beat begins anew there.
    within: 2.2,
  },
  {
    name: 'a reload that mutes and one that lets speak again',
    config: config({}),
    steps: [
      { at: 0, alerts: [alert('A')] },
      {
        at: 1.3,
        reload: config({ route: 'routes:\n- receiver: hook\n  mute_time_intervals: [always]\n', rest: ALWAYS }),
      },
      { at: 1.6, alerts: [alert('A', { n: '2' })] },
      { at: 4.1, reload: config({}) },
    ],
    until: 8.2,
    told: 2,
    within: 2.2,
  },
  {
    name: 'a reload that changes group_by makes new groups',
    config: config({}),
    steps: [
      { at: 0, alerts: [alert('A', { n: '1' }), alert('A', { n: '2' })] },
      { at: 1.3, reload: config({ route: 'group_by: [n]' }).replace('  group_by: [alertname]\n', '') },
      { at: 1.7, query: '/api/v2/alerts/groups' },
    ],
    until: 5.2,
    told: 3,
    within: 2.2,
  },
  {
    name: 'a broken configuration is refused and the old one stays',
    config: config({}),
    steps: [
      { at: 0, alerts: [alert('A')] },
      { at: 0.2, reload: 'route:\n  receiver: nobody\n  unknown_key: 1\nreceivers: []\n' },
      { at: 1.3, query: '/api/v2/receivers' },
      { at: 1.3, query: '/-/healthy' },
    ],
    until: 3.2,
    told: 1,
  },
];
