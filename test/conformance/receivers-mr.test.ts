// Mattermost and Rocket.Chat, told by the real Alertmanager and by ours: what arrives must be equal.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { HttpSink } from '../support/http-sink.ts';
import { FLUSHES, tellByAlertmanager, tellByOurs } from '../support/receiver-bodies.ts';

const attachmentKeys = {
  fallback: 'f {{ .Status }}',
  color: '{{ if eq .Status "firing" }}#FF0000{{ else }}good{{ end }}',
  pretext: 'p <{{ .CommonLabels.alertname }}> & "quotes"',
  author_name: 'an {{ .Status }}',
  author_link: 'al',
  author_icon: 'ai',
  title: '{{ .CommonAnnotations.text }}',
  title_link: '{{ .ExternalURL }}',
  text: '{{ range .Alerts }}{{ .Labels.instance }} {{ .StartsAt.Unix }}\n{{ end }}',
  fields: [
    { title: 'Alerts', value: '{{ .Alerts | len }}', short: true },
    { title: 'Long {{ .Status }}', value: '{{ .ExternalURL }}' },
    { title: 'c', value: '{{ .CommonLabels.nothing }}', short: false },
  ],
  thumb_url: 'th',
  footer: 'fo',
  footer_icon: 'fi',
  image_url: 'im {{ .Status }}',
};
const mattermostKeys = {
  ...attachmentKeys,
  channel: '{{ .GroupLabels.alertname }}',
  username: '',
  icon_url: 'http://icon/?a=1&b={{ .Status }}',
  icon_emoji: ':bell:',
  type: 'custom_{{ .Status }}',
  props: { card: '# {{ .Status }}' },
  priority: {
    priority: '{{ if eq .Status "firing" }}Urgent{{ else }}none{{ end }}',
    requested_ack: true,
    persistent_notifications: true,
  },
};
const rocketchatKeys = {
  channel: '#{{ .GroupLabels.alertname }}',
  color: '{{ .Status }}',
  title: '{{ printf "%1030s" .Status }}',
  title_link: '{{ .ExternalURL }}',
  text: attachmentKeys.text,
  fields: [
    { title: 'Alerts', value: '{{ .Alerts | len }}' },
    { title: 'Long {{ .Status }}', value: '{{ .ExternalURL }}', short: false },
  ],
  short_fields: true,
  emoji: ':{{ .Status }}:',
  icon_url: 'http://icon/?a=1&b={{ .Status }}',
  image_url: 'im {{ .Status }}',
  thumb_url: 'th',
  link_names: true,
  actions: [
    { type: 'link', text: 'Go {{ .Status }}', url: 'http://go/{{ .Status }}', imageurl: 'x', iswebview: true },
    { msg: 'say {{ .Status }}', msginchatwindow: true, msgprocessingtype: 'sendMessage' },
  ],
};

const mattermostCases: Readonly<Record<string, object>> = {
  plain: {},
  all: mattermostKeys,
  attachments: { ...mattermostKeys, attachments: [attachmentKeys, {}, { text: 'x' }] },
  long: { text: '🔥{{ printf "%16383s" .Status }}', attachments: [{ text: 'x' }] },
  'long-alone': { text: '🔥{{ printf "%16383s" .Status }}' },
  'half-priority': { priority: { priority: 'important', requested_ack: true, persistent_notifications: true } },
  'no-priority': { priority: { requested_ack: true }, props: {} },
  'empty-priority': {
    priority: { priority: '{{ .CommonLabels.nothing }}' },
    props: { card: '{{ .CommonLabels.nothing }}' },
  },
};
const tokens = { token: 'the-token', token_id: 'the-id' };
const rocketchatCases: Readonly<Record<string, object>> = { plain: {}, all: rocketchatKeys };

let sink: HttpSink;
let notifications: readonly Notification[];

const requestsAt = (path: string) => sink.requests.filter((request) => request.path === path);
const rocketchatPath = (name: string) => `/rc-${name}/api/v1/chat.postMessage`;

beforeAll(async () => {
  sink = await HttpSink.start(({ path }) =>
    path.includes('rc-') ? { body: '{"success":true}', headers: { 'content-type': 'application/json' } } : {},
  );
  const paths = [
    ...Object.keys(mattermostCases).map((name) => `/mm-${name}`),
    ...Object.keys(rocketchatCases).map(rocketchatPath),
  ];
  const told = await tellByAlertmanager(
    {
      mattermost_configs: Object.entries(mattermostCases).map(([name, given]) => ({
        webhook_url: sink.url(`/mm-${name}`),
        ...given,
      })),
      rocketchat_configs: Object.entries(rocketchatCases).map(([name, given]) => ({
        api_url: sink.url(`/rc-${name}/`),
        ...tokens,
        send_resolved: true,
        ...given,
      })),
    },
    () => paths.map((path) => requestsAt(path).length),
  );
  notifications = told.notifications;
}, 60_000);

afterAll(async () => {
  await closeConnections();
  await sink.close();
});

function expectSame(path: string, flush: number): void {
  const theirs = requestsAt(path)[flush];
  const ours = requestsAt(`/ours${path}`).at(-1);
  expect(ours?.body).toBe(theirs?.body);
  expect(ours?.method).toBe(theirs?.method);
  for (const name of ['content-type', 'x-auth-token', 'x-user-id']) {
    expect(ours?.headers[name]).toBe(theirs?.headers[name]);
  }
}

describe.each(FLUSHES.map((_, i) => i))('notification %i', (flush) => {
  it.each(Object.entries(mattermostCases))('is the same to Mattermost: %s', async (name, given) => {
    const entry = { webhook_url: sink.url(`/ours/mm-${name}`), ...given };
    await tellByOurs({ mattermost_configs: [entry] }, notifications[flush]!);
    expectSame(`/mm-${name}`, flush);
  });

  it.each(Object.entries(rocketchatCases))('is the same to Rocket.Chat: %s', async (name, given) => {
    const entry = { api_url: sink.url(`/ours/rc-${name}`), ...tokens, ...given };
    await tellByOurs({ rocketchat_configs: [entry] }, notifications[flush]!);
    expectSame(rocketchatPath(name), flush);
  });
});
