// What the API answers, right and wrong, while alerts come and go.

import type { Script } from '../harness-script.ts';
import { alert, config, equal, receiver } from './base.ts';

const filters = [
  'alertname="A"',
  'alertname=~"A|B"',
  'n!="1"',
  'n!~"1|2"',
  'missing=""',
  '{alertname="A",n="1"}',
  'n=1',
];
const wrongFilters = ['alertname', '{', 'a=~"("', '=x', 'a="b'];

/** What dashboards and the usual alerts about Alertmanager itself read. */
const METRICS = [
  /^alertmanager_(alerts|silences|alerts_received_total|alerts_invalid_total)\{/,
  /^alertmanager_(receivers|integrations|inhibition_rules|cluster_enabled|config_last_reload_successful) /,
  /^alertmanager_(notifications_total|notification_requests_total|notification_requests_failed_total)\{/,
  /^alertmanager_notifications_failed_total\{integration="webhook",reason="(clientError|serverError|other)"/,
  /^alertmanager_notifications_suppressed_total\{/,
  /^alertmanager_dispatcher_aggregation_groups /,
  /^alertmanager_notification_latency_seconds_(count|bucket)\{integration="(slack|email)"/,
];

export const api: readonly Script[] = [
  {
    name: 'filters of alerts and groups',
    config: config({
      route: 'routes:\n- matchers: [n="1"]\n  receiver: one\n',
      receivers: [receiver('one')],
    }),
    steps: [
      { at: 0, alerts: [alert('A', { n: '1' }), alert('A', { n: '2' }), alert('B', { n: '1' }), alert('C')] },
      ...filters.flatMap((filter) => [
        { at: 1.3, query: `/api/v2/alerts?filter=${encodeURIComponent(filter)}` },
        { at: 1.4, query: `/api/v2/alerts/groups?filter=${encodeURIComponent(filter)}` },
      ]),
      ...wrongFilters.map((filter) => ({
        at: 1.5,
        query: `/api/v2/alerts?filter=${encodeURIComponent(filter)}`,
      })),
      { at: 1.6, query: '/api/v2/alerts?filter=n%3D%221%22&filter=alertname%3D%22A%22' },
      { at: 1.6, query: '/api/v2/alerts?receiver=(' },
      { at: 1.6, query: '/api/v2/alerts?active=maybe' },
      { at: 1.6, query: '/api/v2/alerts?active=false' },
      { at: 1.6, query: '/api/v2/alerts?unprocessed=false' },
      { at: 1.6, query: '/api/v2/alerts/groups?receiver=one' },
    ],
    until: 3,
    told: 4,
  },
  {
    name: 'alerts that are refused and alerts of the same batch that are not',
    config: config({}),
    steps: [
      {
        at: 0,
        alerts: [
          alert('good', { empty: '' }),
          { labels: {} },
          { labels: { alertname: 'backwards' }, startsAt: 10, endsAt: 5 },
          { labels: { '': 'x' } },
          { labels: { only: '' } },
          alert('good', { n: '2' }),
        ],
      },
      { at: 0.3, query: '/api/v2/alerts' },
      { at: 0.4, request: { method: 'POST', path: '/api/v2/alerts', body: { not: 'a list' } } },
      { at: 0.4, request: { method: 'POST', path: '/api/v2/alerts', body: [{ labels: { a: 1 } }] } },
      { at: 0.4, request: { method: 'POST', path: '/api/v2/alerts', body: [{ annotations: {} }] } },
      {
        at: 0.4,
        request: { method: 'POST', path: '/api/v2/alerts', body: [{ labels: { alertname: 'x' }, startsAt: 'soon' }] },
      },
      { at: 0.4, request: { method: 'POST', path: '/api/v2/alerts', body: [] } },
      { at: 0.4, request: { method: 'POST', path: '/api/v2/alerts' } },
      { at: 0.4, request: { method: 'PUT', path: '/api/v2/alerts' } },
      { at: 0.4, request: { method: 'GET', path: '/api/v2/nothing' } },
      { at: 0.4, request: { method: 'GET', path: '/api/v1/alerts' } },
    ],
    until: 1.6,
    told: 1,
  },
  {
    name: 'the times that an alert is given',
    config: config({}),
    steps: [
      { at: 0, alerts: [alert('none'), { ...alert('start'), startsAt: -5 }, { ...alert('end'), endsAt: 30 }] },
      {
        at: 0,
        alerts: [
          { ...alert('past'), endsAt: -5 },
          { ...alert('future'), startsAt: 30, endsAt: 60 },
        ],
      },
      { at: 0.3, query: '/api/v2/alerts' },
      {
        at: 0.4,
        alerts: [
          { ...alert('end'), startsAt: -20, endsAt: 40 },
          { ...alert('start'), startsAt: -2 },
        ],
      },
      { at: 0.5, query: '/api/v2/alerts' },
    ],
    until: 2.5,
    told: 4,
  },
  {
    name: 'silences that are refused, looked for and listed in order',
    config: config({}),
    steps: [
      { at: 0, silence: { name: 'nothing', matchers: [], from: 0, to: 60 } },
      { at: 0, silence: { name: 'all', matchers: [{ name: 'a', value: '.*', isRegex: true }], from: 0, to: 60 } },
      { at: 0, silence: { name: 'empty', matchers: [equal('a', '')], from: 0, to: 60 } },
      { at: 0, silence: { name: 'bad', matchers: [{ name: 'a', value: '(', isRegex: true }], from: 0, to: 60 } },
      { at: 0, silence: { name: 'backwards', matchers: [equal('a', 'b')], from: 60, to: 0 } },
      { at: 0, silence: { name: 'past', matchers: [equal('a', 'b')], from: -60, to: -30 } },
      { at: 0.1, silence: { name: 'x', matchers: [equal('a', 'b')], from: 0.3, to: 60 } },
      { at: 0.1, silence: { name: 'y', matchers: [equal('a', 'b'), equal('c', 'd')], from: 30, to: 70 } },
      { at: 0.1, silence: { name: 'z', matchers: [equal('e', 'f')], from: 0.2, to: 50 } },
      { at: 0.1, silence: { name: 'w', matchers: [equal('e', 'g')], from: 0.2, to: 40 } },
      { at: 0.5, expire: 'w' },
      { at: 0.6, query: '/api/v2/silences' },
      { at: 0.6, query: '/api/v2/silences?filter=a%3D%22b%22' },
      { at: 0.6, query: '/api/v2/silences?filter=%7B' },
      { at: 0.6, query: '/api/v2/silence/<x>' },
      { at: 0.6, query: '/api/v2/silence/00000000-0000-4000-8000-000000000000' },
      { at: 0.6, query: '/api/v2/silence/not-an-id' },
      { at: 0.7, request: { method: 'DELETE', path: '/api/v2/silence/00000000-0000-4000-8000-000000000000' } },
      {
        at: 0.7,
        request: {
          method: 'POST',
          path: '/api/v2/silences',
          body: {
            id: '00000000-0000-4000-8000-000000000000',
            matchers: [{ name: 'a', value: 'b', isRegex: false }],
            startsAt: '2030-01-01T00:00:00Z',
            endsAt: '2030-01-02T00:00:00Z',
            createdBy: 'x',
            comment: 'y',
          },
        },
      },
      { at: 0.7, request: { method: 'POST', path: '/api/v2/silences', body: { matchers: [] } } },
      { at: 0.7, request: { method: 'POST', path: '/api/v2/silences', body: 'nonsense' } },
      { at: 0.8, alerts: [alert('A', { a: 'b' }), alert('B')] },
      { at: 1.0, query: '/api/v2/alerts' },
    ],
    until: 2,
    told: 1,
  },
  {
    name: 'status, health and the pages around the API',
    config: config({}),
    steps: [
      { at: 0, query: '/api/v2/status', only: ['cluster', 'config'] },
      { at: 0, query: '/-/healthy' },
      { at: 0, query: '/-/ready' },
      { at: 0, request: { method: 'GET', path: '/-/reload' } },
      { at: 0, request: { method: 'HEAD', path: '/-/healthy' } },
      { at: 0.1, request: { method: 'OPTIONS', path: '/api/v2/alerts' } },
      { at: 0.2, alerts: [alert('A')] },
    ],
    until: 1.5,
    told: 1,
  },
  {
    name: 'metrics count alerts, silences, notifications and failures',
    config: config({
      route:
        'routes:\n- matchers: [n="1"]\n  receiver: one\n- matchers: [n="2"]\n  receiver: two\n  mute_time_intervals: [always]\n',
      receivers: [receiver('one'), receiver('two'), receiver('unused')],
      rest: `inhibit_rules:
- source_matchers: [alertname="Gate"]
  target_matchers: [alertname="Room"]
time_intervals:
- name: always
  time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]
`,
    }),
    failing: { one: [400, 400] },
    steps: [
      ...METRICS.map((metrics) => ({ at: 0, metrics })),
      { at: 0.1, silence: { name: 'quiet', matchers: [equal('alertname', 'Hush')], from: 0.1, to: 60 } },
      { at: 0.1, silence: { name: 'later', matchers: [equal('alertname', 'Later')], from: 50, to: 60 } },
      { at: 0.1, silence: { name: 'over', matchers: [equal('alertname', 'Over')], from: 0.1, to: 60 } },
      { at: 0.2, expire: 'over' },
      {
        at: 0.3,
        alerts: [
          alert('A', { n: '1' }),
          alert('Muted', { n: '2' }),
          alert('B'),
          alert('Hush'),
          alert('Gate'),
          alert('Room'),
        ],
      },
      { at: 0.3, alerts: [{ labels: {} }, alert('B', { x: '1' })] },
      { at: 1.5, resolve: [alert('B')] },
      ...METRICS.map((metrics) => ({ at: 2.0, metrics })),
      ...METRICS.map((metrics) => ({ at: 4.0, metrics })),
    ],
    until: 5.4,
    told: 6,
  },
];
