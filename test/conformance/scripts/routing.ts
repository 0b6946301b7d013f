// Who is told: routes, several receivers, several integrations, labels of every kind.

import type { Script } from '../harness-script.ts';
import { alert, config, equal, receiver } from './base.ts';

export const routing: readonly Script[] = [
  {
    name: 'continue tells two receivers, and the first match is the last without it',
    config: config({
      route: `routes:
- matchers: [severity="critical"]
  receiver: pager
  continue: true
- matchers: [team="db"]
  receiver: db
- matchers: [team=~"db|web"]
  receiver: web
`,
      receivers: [receiver('pager'), receiver('db'), receiver('web')],
    }),
    steps: [
      {
        at: 0,
        alerts: [
          alert('A', { severity: 'critical', team: 'db' }),
          alert('B', { severity: 'critical', team: 'web' }),
          alert('C', { severity: 'info', team: 'web' }),
          alert('D', { team: 'none' }),
        ],
      },
      { at: 1.3, query: '/api/v2/alerts/groups' },
      { at: 1.3, query: '/api/v2/alerts?receiver=pager' },
      { at: 1.3, query: '/api/v2/alerts?receiver=p.*%7Cdb' },
    ],
    until: 3.5,
    told: 6,
  },
  {
    name: 'every integration of a receiver is told, and each remembers for itself',
    config: config({}).replace(
      '  - url: SINK/hook\n',
      '  - url: SINK/hook\n  - url: SINK/second\n  - url: SINK/third\n    send_resolved: false\n',
    ),
    steps: [
      { at: 0, alerts: [alert('A')] },
      { at: 1.5, resolve: [alert('A')] },
    ],
    until: 5,
    told: 5,
  },
  {
    name: 'send_resolved false hears of firing alerts only',
    config: config({}).replace('  - url: SINK/hook\n', '  - url: SINK/hook\n    send_resolved: false\n'),
    steps: [
      { at: 0, alerts: [alert('A', { n: '1' }), alert('A', { n: '2' })] },
      { at: 1.5, resolve: [alert('A', { n: '1' })] },
      { at: 3.3, alerts: [alert('A', { n: '3' })] },
      { at: 5.3, resolve: [alert('A', { n: '2' }), alert('A', { n: '3' })] },
      { at: 7.3, alerts: [alert('A', { n: '2' })] },
    ],
    until: 9.3,
    told: 3,
  },
  {
    name: 'routes by regular expression are anchored and by absence too',
    config: config({
      route: `routes:
- match_re:
    service: ^(foo1|foo2|baz)$
  receiver: foo
- matchers: [service=~"ba.*", owner=""]
  receiver: bar
- matchers: ['service!~"q.x"', 'zone!="eu"']
  receiver: rest
`,
      receivers: [receiver('foo'), receiver('bar'), receiver('rest')],
    }),
    steps: [
      {
        at: 0,
        alerts: [
          alert('A', { service: 'foo1' }),
          alert('B', { service: 'foo12' }),
          alert('C', { service: 'baz' }),
          alert('D', { service: 'bar' }),
          alert('E', { service: 'bar', owner: 'x' }),
          alert('F', { service: 'qux' }),
          alert('G', { service: 'quux', zone: 'eu' }),
          alert('H', {}),
        ],
      },
      { at: 1.3, query: '/api/v2/alerts/groups?receiver=foo' },
    ],
    until: 3,
    told: 8,
  },
  {
    name: 'a child inherits the waits and changes them',
    config: config({
      route: `routes:
- matchers: [team="slow"]
  receiver: slow
  group_wait: 2s
  group_by: [alertname, instance]
  routes:
  - matchers: [severity="critical"]
    group_wait: 0s
    receiver: urgent
    group_interval: 1s
`,
      receivers: [receiver('slow'), receiver('urgent')],
    }),
    steps: [
      {
        at: 0,
        alerts: [
          alert('A', { team: 'slow', instance: 'a' }),
          alert('A', { team: 'slow', instance: 'b' }),
          alert('A', { team: 'slow', instance: 'a', severity: 'critical' }),
        ],
      },
      { at: 0.5, alerts: [alert('A', { team: 'slow', instance: 'a', severity: 'critical', more: 'x' })] },
    ],
    until: 3.6,
    told: 4,
  },
  {
    name: 'max_alerts cuts and counts',
    config: config({}).replace('  - url: SINK/hook\n', '  - url: SINK/hook\n    max_alerts: 2\n'),
    steps: [
      { at: 0, alerts: ['c', 'a', 'd', 'b'].map((instance) => alert('A', { instance, job: 'x' })) },
      { at: 1.5, resolve: [alert('A', { instance: 'a', job: 'x' })] },
    ],
    until: 5,
    told: 2,
  },
  {
    name: 'labels of every script, in routes, groups and filters',
    config: config({
      route: `routes:
- matchers: ['"größe µ"="10 → 20"']
  receiver: utf
  group_by: ["größe µ", "emoji 🔥"]
`,
      receivers: [receiver('utf')],
    }),
    steps: [
      {
        at: 0,
        alerts: [
          {
            ...alert('Überhitzung', { 'größe µ': '10 → 20', 'emoji 🔥': 'ja "doch" \\ <b>' }),
            annotations: { 'zusammen fassung': 'Zeile 1\nZeile 2\t& <i>' },
          },
          alert('plain', { __proto: 'x', constructor: 'y' }),
        ],
      },
      { at: 1.3, query: '/api/v2/alerts' },
      { at: 1.3, query: '/api/v2/alerts/groups' },
      { at: 1.3, query: `/api/v2/alerts?filter=${encodeURIComponent('"größe µ"=~"10.*"')}` },
      {
        at: 1.4,
        silence: { name: 'quiet', matchers: [equal('größe µ', '10 → 20')], from: 1.4, to: 60 },
      },
      { at: 1.6, query: '/api/v2/alerts?silenced=false' },
      { at: 1.6, query: '/api/v2/silences' },
    ],
    until: 3.2,
    told: 2,
  },
  {
    name: 'the order within a notification is by job, instance and labels',
    config: config({ route: 'group_by: []' }).replace('  group_by: [alertname]\n', ''),
    steps: [
      {
        at: 0,
        alerts: [
          alert('Z', { job: 'b', instance: '1' }),
          alert('A', { instance: '2' }),
          alert('M', { job: 'a', instance: '9' }),
          alert('M', { job: 'a', instance: '10' }),
          alert('B', {}),
          alert('A', { zone: 'x' }),
        ],
      },
      { at: 1.3, query: '/api/v2/alerts/groups' },
    ],
    until: 3,
    told: 1,
  },
];
