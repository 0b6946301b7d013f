// What keeps alerts quiet: inhibition, silences, time intervals; and what is said when it ends.

import type { Script } from '../harness-script.ts';
import { alert, config, equal, receiver } from './base.ts';

const inhibiting = `inhibit_rules:
- source_matchers: [severity="critical"]
  target_matchers: [severity="warning"]
  equal: [cluster, rack]
`;
const source = alert('Down', { severity: 'critical', cluster: 'a' });
const target = alert('Slow', { severity: 'warning', cluster: 'a' });

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** The name of the weekday in UTC that many days from now: a run around midnight is covered by taking two. */
function weekday(days: number): string {
  return WEEKDAYS[(new Date().getUTCDay() + days) % 7]!;
}

const intervals = `time_intervals:
- name: now
  time_intervals:
  - weekdays: ['${weekday(0)}', '${weekday(1)}']
- name: later
  time_intervals:
  - weekdays: ['${weekday(3)}', '${weekday(4)}']
- name: always
  time_intervals:
  - times: [{start_time: '00:00', end_time: '24:00'}]
`;

export const muting: readonly Script[] = [
  {
    name: 'a target that fires under its source is told when the source ends',
    config: config({ rest: inhibiting }),
    steps: [
      { at: 0, alerts: [source] },
      { at: 0.3, alerts: [target, alert('Slow', { severity: 'warning', cluster: 'b' })] },
      { at: 1.6, query: '/api/v2/alerts' },
      { at: 1.6, query: '/api/v2/alerts?inhibited=false' },
      { at: 1.6, query: '/api/v2/alerts?active=false' },
      { at: 1.6, query: '/api/v2/alerts/groups?inhibited=false' },
      { at: 2.1, resolve: [source] },
      { at: 2.3, query: '/api/v2/alerts' },
    ],
    until: 5.4,
    told: 4,
  },
  {
    name: 'a target told before its source fires is quiet from then on, and its end is not told',
    config: config({ rest: inhibiting }),
    steps: [
      { at: 0, alerts: [target] },
      { at: 1.2, alerts: [source] },
      { at: 1.9, query: '/api/v2/alerts' },
      { at: 3.1, resolve: [target] },
      { at: 5.2, resolve: [source] },
    ],
    until: 8.4,
    told: 3,
  },
  {
    name: 'an alert that is source and target of one rule is not inhibited, and equal labels must be equal',
    config: config({
      rest: `inhibit_rules:
- source_matchers: [kind=~".+"]
  target_matchers: [kind=~".+"]
  equal: [cluster]
- source_matchers: [alertname="Gate"]
  target_matchers: [alertname!="Gate"]
  equal: [room]
`,
    }),
    steps: [
      { at: 0, alerts: [alert('One', { kind: 'x', cluster: 'a' }), alert('Two', { kind: 'y', cluster: 'a' })] },
      { at: 0.2, alerts: [alert('Gate', { room: '1' }), alert('Three', { room: '2' }), alert('Four', { room: '1' })] },
      { at: 1.5, query: '/api/v2/alerts' },
    ],
    until: 3.5,
    told: 4,
  },
  {
    name: 'a silence is quiet from the start and its end is heard',
    config: config({}),
    steps: [
      { at: 0, silence: { name: 'quiet', matchers: [equal('alertname', 'A')], from: 0.1, to: 60 } },
      { at: 0.2, alerts: [alert('A'), alert('B')] },
      { at: 1.5, query: '/api/v2/alerts' },
      { at: 1.5, query: '/api/v2/alerts?silenced=false' },
      { at: 1.5, query: '/api/v2/silences' },
      { at: 1.5, query: '/api/v2/silence/<quiet>' },
      { at: 2.0, expire: 'quiet' },
      { at: 2.2, query: '/api/v2/silences' },
      { at: 2.2, query: '/api/v2/alerts' },
      { at: 2.3, expire: 'quiet' },
    ],
    until: 5.4,
    told: 2,
  },
  {
    name: 'what ends under a silence is never told, and is known as firing when it fires again',
    config: config({}),
    steps: [
      { at: 0, alerts: [alert('A')] },
      {
        at: 1.1,
        silence: { name: 'quiet', matchers: [{ name: 'alertname', value: 'A|B', isRegex: true }], from: 1.1, to: 3.9 },
      },
      { at: 1.5, resolve: [alert('A')] },
      { at: 3.3, query: '/api/v2/silences' },
      { at: 4.3, query: '/api/v2/silences' },
      { at: 5.2, alerts: [alert('A')] },
      { at: 6.4, alerts: [alert('A', { n: '2' })] },
      { at: 6.4, resolve: [alert('A')] },
    ],
    until: 10.2,
    told: 2,
  },
  {
    name: 'a silence for later begins by itself',
    config: config({}),
    steps: [
      { at: 0, silence: { name: 'later', matchers: [equal('alertname', 'A')], from: 1.2, to: 4 } },
      { at: 0.1, query: '/api/v2/silences' },
      { at: 0.3, alerts: [alert('A', { n: '1' })] },
      { at: 0.5, query: '/api/v2/alerts' },
      { at: 1.7, query: '/api/v2/alerts' },
      { at: 1.8, alerts: [alert('A', { n: '2' })] },
      { at: 3.5, query: '/api/v2/silences' },
    ],
    until: 7.4,
    told: 2,
  },
  {
    name: 'an edited silence keeps its id, or is replaced',
    config: config({}),
    steps: [
      { at: 0, silence: { name: 'one', matchers: [equal('alertname', 'A')], from: 0.1, to: 60 } },
      {
        at: 0.3,
        silence: { name: 'one', matchers: [equal('alertname', 'A')], from: 0.1, to: 90, comment: 'for longer' },
      },
      { at: 0.5, query: '/api/v2/silences' },
      { at: 0.6, silence: { name: 'one', matchers: [equal('alertname', 'B')], from: 0.6, to: 90, comment: 'another' } },
      { at: 0.9, query: '/api/v2/silences' },
      { at: 1.0, alerts: [alert('A'), alert('B')] },
      { at: 1.3, expire: 'one' },
      { at: 1.5, silence: { name: 'one', matchers: [equal('alertname', 'B')], from: 1.5, to: 90, comment: 'back' } },
      { at: 1.9, query: '/api/v2/silences' },
    ],
    until: 3.2,
    told: 1,
  },
  {
    name: 'negative matchers silence all the others',
    config: config({}),
    steps: [
      {
        at: 0,
        silence: {
          name: 'others',
          matchers: [equal('job', 'x'), { name: 'alertname', value: 'A|B', isRegex: true, isEqual: false }],
          from: 0.1,
          to: 60,
        },
      },
      { at: 0.3, alerts: [alert('A', { job: 'x' }), alert('B', { job: 'y' }), alert('C', { job: 'x' }), alert('D')] },
      { at: 1.5, query: '/api/v2/alerts?silenced=true&active=false' },
      { at: 1.5, query: '/api/v2/alerts/groups?silenced=false' },
    ],
    until: 3.4,
    told: 3,
  },
  {
    name: 'mute and active time intervals hold at the present time',
    config: config({
      route: `routes:
- matchers: [route="muted"]
  receiver: muted
  mute_time_intervals: [later, now]
- matchers: [route="not muted"]
  receiver: open
  mute_time_intervals: [later]
- matchers: [route="active"]
  receiver: active
  active_time_intervals: [later, now]
- matchers: [route="inactive"]
  receiver: inactive
  active_time_intervals: [later]
- matchers: [route="both"]
  receiver: both
  active_time_intervals: [always]
  mute_time_intervals: [always]
- matchers: [route="muted"]
  receiver: swallowed
`,
      receivers: ['muted', 'open', 'active', 'inactive', 'both', 'swallowed'].map((name) => receiver(name)),
      rest: intervals,
    }),
    steps: [
      { at: 0, alerts: ['muted', 'not muted', 'active', 'inactive', 'both'].map((route) => alert('A', { route })) },
      { at: 1.5, query: '/api/v2/alerts' },
      { at: 1.5, query: '/api/v2/alerts/groups' },
      { at: 1.5, query: '/api/v2/alerts/groups?muted=false' },
    ],
    until: 3.6,
    told: 2,
  },
  {
    name: 'a silence and an inhibition at once',
    config: config({ rest: inhibiting }),
    steps: [
      { at: 0, silence: { name: 'quiet', matchers: [equal('cluster', 'a')], from: 0.1, to: 60 } },
      { at: 0.2, alerts: [source, target] },
      { at: 1.5, query: '/api/v2/alerts' },
      { at: 1.5, query: '/api/v2/alerts?silenced=false' },
      { at: 1.6, alerts: [alert('B')] },
    ],
    until: 3.4,
    told: 1,
  },
];
