// Opsgenie, VictorOps, Pushover and Webex, told by the real Alertmanager and by ours: what arrives must be equal.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { Authority } from '../support/certificates.ts';
import { HttpSink, type SinkRequest } from '../support/http-sink.ts';
import { ProxySink } from '../support/proxy-sink.ts';
import { FLUSHES, tellByAlertmanager, tellByOurs } from '../support/receiver-bodies.ts';

const ranged = '{{ range .Alerts }}{{ .Labels.instance }} {{ .StartsAt.Unix }}\n{{ end }}';
const long = (runes: number) => `🔥{{ printf "%${runes}s" .Status }}`;

const opsgenieKeys = {
  message: '{{ .Status }} <{{ .CommonLabels.alertname }}> & "quotes"',
  description: `{{ .CommonAnnotations.text }} ${ranged}`,
  source: 'source {{ .Status }} {{ .ExternalURL }}',
  details: { team: 'own {{ .CommonLabels.team }}', 'a key': '{{ .Alerts | len }}', empty: '' },
  entity: 'entity {{ .CommonLabels.severity }}',
  responders: [
    { name: '{{ .CommonLabels.team }}', type: 'team' },
    { id: 'id-{{ .Status }}', type: '{{ if eq .Status "firing" }}escalation{{ else }}schedule{{ end }}' },
    { username: 'user@example.org', type: 'User' },
    { name: ' a,b c,,{{ .CommonLabels.severity }}, ', type: 'teams' },
    { name: 'a,b', type: 'TEAMS' },
    { name: '{{ .CommonLabels.nobody }}', type: '{{ .CommonLabels.nobody }}' },
  ],
  actions: 'restart, {{ .Status }}',
  tags: ' {{ .CommonLabels.severity }},,x y, ',
  note: 'note {{ .Status }}',
  priority: 'P{{ .Alerts | len }}',
};
const victoropsKeys = {
  routing_key: 'r {{ .CommonLabels.severity }}/ü?#%&+,:;=@$\'"<>',
  message_type: '{{ if eq (len .Alerts.Resolved) 0 }}INFO{{ else }}warning{{ end }}',
  state_message: `{{ .CommonAnnotations.text }} ${ranged}`,
  entity_display_name: 'name <{{ .Status }}> & "quotes"',
  monitoring_tool: 'tool {{ .ExternalURL }}',
  custom_fields: { zone: 'z {{ .CommonLabels.team }}', 'a first': '{{ .Alerts | len }}', empty: '' },
};
const pushoverKeys = {
  title: 'title {{ .Status }} <{{ .CommonLabels.alertname }}> & "quotes"',
  message: `<b>{{ .Status }}</b> {{ .CommonAnnotations.text }} ${ranged} `,
  url: 'http://example.org/?a={{ .Status }}&b=ü~',
  url_title: 'link {{ .Status }}',
  device: 'phone-{{ .CommonLabels.severity }}',
  sound: '{{ if eq .Status "firing" }}siren{{ else }}none{{ end }}',
  priority: '{{ if eq .Status "firing" }}1{{ else }}-1{{ end }}',
  retry: '90.9s',
  expire: '2h',
  ttl: '24h',
};
/** By the providers' names, then by the cases'. */
const cases: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  opsgenie: {
    plain: {},
    all: opsgenieKeys,
    update: { ...opsgenieKeys, update_alerts: true },
    long: { message: long(130), description: long(14_000), update_alerts: true },
    empty: { message: '', description: '', source: '', tags: ',', update_alerts: true },
  },
  victorops: {
    plain: { routing_key: 'r' },
    all: victoropsKeys,
    long: { routing_key: 'r', state_message: long(20_480) },
    empty: { routing_key: 'r', message_type: '', state_message: '', entity_display_name: '', monitoring_tool: '' },
  },
  pushover: {
    plain: {},
    html: { ...pushoverKeys, html: true },
    monospace: { ...pushoverKeys, monospace: true },
    long: { title: long(250), message: long(1024), url: long(512) },
    empty: { title: '', message: ' \n', url: '', priority: '', retry: 0, expire: 0, ttl: '999ms' },
  },
  webex: {
    plain: { room_id: 'room' },
    all: { room_id: 'room-{{ .CommonLabels.severity }}', message: `**{{ .Status }}** <b> & ${ranged}` },
    long: { room_id: '{{ .CommonLabels.nothing }}', message: long(7439) },
  },
};

let authority: Authority;
let sink: HttpSink;
/** Pushover's address is fixed: the proxy leads to this one by its name. */
let pushover: HttpSink;
let proxy: ProxySink;
let notifications: readonly Notification[];

/** The entry for a case; what it sends is found by `mark`. */
function entryOf(type: string, name: string, mark: string): object {
  const given = cases[type]![name]!;
  switch (type) {
    case 'opsgenie':
      return { api_url: sink.url(`/${mark}`), api_key: 'the-{{ .CommonLabels.severity }}-key', ...given };
    case 'victorops':
      return { api_url: sink.url(`/${mark}/`), api_key: 'the key/ü', ...given };
    case 'pushover': {
      const http_config = { proxy_url: proxy.url(), tls_config: { ca: authority.cert } };
      return { http_config, token: `${mark}-{{ .CommonLabels.severity }}`, user_key: 'user', ...given };
    }
    default: {
      const http_config = { authorization: { credentials: 'the-token' } };
      return { http_config, api_url: sink.url(`/${mark}`), ...given };
    }
  }
}

const requestsOf = (mark: string): SinkRequest[] =>
  [...sink.requests, ...pushover.requests].filter(
    ({ path }) => path.split('/')[1] === mark || path.includes(`&token=${mark}-`),
  );

/** For each notification, the requests that it came to; the last of them ends it. */
function toldTo(type: string, name: string, mark: string): SinkRequest[][] {
  const updates = 'update_alerts' in cases[type]![name]!;
  const told: SinkRequest[][] = [[]];
  for (const request of requestsOf(mark)) {
    told.at(-1)!.push(request);
    if (!updates || /\/(description|close)\?/.test(request.path)) told.push([]);
  }
  return told.filter((requests, i) => i < told.length - 1 && requests.length > 0);
}

const allCases = Object.entries(cases).flatMap(([type, named]) =>
  Object.keys(named).map((name) => [type, name] as const),
);
const markOf = (type: string, name: string) => `${type}-${name}`;

beforeAll(async () => {
  authority = new Authority();
  sink = await HttpSink.start({ status: 202 });
  pushover = await HttpSink.start({}, authority.issue('DNS:api.pushover.net'));
  proxy = await ProxySink.start(pushover.port);
  const configs = Object.fromEntries(
    Object.entries(cases).map(([type, named]) => [
      `${type}_configs`,
      Object.keys(named).map((name) => entryOf(type, name, markOf(type, name))),
    ]),
  );
  const told = await tellByAlertmanager(configs, () =>
    allCases.map(([type, name]) => toldTo(type, name, markOf(type, name)).length),
  );
  notifications = told.notifications;
}, 60_000);

afterAll(async () => {
  await closeConnections();
  await Promise.all([sink.close(), pushover.close(), proxy.close()]);
  authority.remove();
});

/** What is compared of a request: all but what tells one client from the other. */
function compared({ method, path, body, headers }: SinkRequest, mark: string): object {
  const { 'user-agent': _agent, 'accept-encoding': _encoding, connection: _connection, host: _host, ...rest } = headers;
  return { method, path: path.replace(mark, ''), body, headers: rest };
}

describe.each(FLUSHES.map((_, i) => i))('notification %i', (flush) => {
  it.each(allCases)('is the same to %s: %s', async (type, name) => {
    const theirs = toldTo(type, name, markOf(type, name))[flush]!.map((one) => compared(one, markOf(type, name)));
    const mark = `ours-${flush}-${markOf(type, name)}`;
    await tellByOurs({ [`${type}_configs`]: [entryOf(type, name, mark)] }, notifications[flush]!);
    expect(requestsOf(mark).map((one) => compared(one, mark))).toEqual(theirs);
  });
});
