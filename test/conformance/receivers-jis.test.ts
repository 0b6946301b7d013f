// Jira, incident.io and SNS, told by the real Alertmanager and by ours: what arrives must be equal.

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fingerprint } from '../../src/model/labels.ts';
import { type Notification, ZERO_TIME } from '../../src/model/notification.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { AwsSink } from '../support/aws-sink.ts';
import { HttpSink, type SinkRequest } from '../support/http-sink.ts';
import { JiraSink, type JiraSinkOptions } from '../support/jira-sink.ts';
import { scratch, startServer } from '../support/process.ts';
import { FLUSHES, tellByAlertmanager, tellByOurs } from '../support/receiver-bodies.ts';

const folder = scratch();
const fileWith = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** The label of the group that all notifications are about. */
const GROUP = '{}:{alertname="Döwn & <out>", team="a\\"b"}';
const HASH = createHash('sha256').update(GROUP).digest('hex');
const LABEL = `ALERT{${HASH}}`;

interface JiraCase extends JiraSinkOptions {
  readonly version?: 2 | 3;
  readonly keys: object;
  /** The issue that was there before: how it was resolved, and when. */
  readonly before?: readonly [resolution: string, ago: number];
  /** How many requests there are with the first notification, with the first two, with all three. */
  readonly calls: readonly [number, number, number];
}

const adf =
  '{"version": 1, "type": "doc", "content": [\n  {"type": "paragraph", "content": [{"type": "text", "text": {{ .CommonAnnotations.text | toJson }} }]}]}\n';
const jiraCases: Readonly<Record<string, JiraCase>> = {
  defaults: { keys: {}, calls: [2, 4, 6] },
  'every key': {
    keys: {
      api_type: 'datacenter',
      project: '{{ "ops" | toUpper }}',
      issue_type: '{{ if .Alerts }}Incident{{ end }}',
      summary: { template: '{{ printf "%300s" .Status }}', enable_update: true },
      description: { template: '{{ range .Alerts }}{{ .Annotations.text }}{{ end }}', enable_update: false },
      labels: ['b', 'a{{ .CommonLabels.severity }}', 'Z'],
      priority: '{{ if eq .Status "firing" }}High{{ end }}',
      resolve_transition: 'Resolve',
      reopen_transition: 'Reopen',
      reopen_duration: '90s',
      wont_fix_resolution: 'Won\'t "Do" it',
      fields: {
        components: [{ name: '{{ .CommonLabels.team }}' }],
        customfield_10001: 'Random {{ .Status }}',
        customfield_10002: { value: '{{ .Alerts | len }}' },
        customfield_10003: [{ value: 'red' }, 1.5, true, null, { deep: ['{{ .CommonLabels | toJson }}'] }],
        environment: '',
      },
      http_config: { basic_auth: { username: 'u', password: 'p' } },
    },
    authorization: `Basic ${Buffer.from('u:p').toString('base64')}`,
    calls: [2, 4, 8],
  },
  'summary left alone': {
    keys: { summary: { enable_update: false }, description: 'x', priority: '' },
    calls: [2, 4, 6],
  },
  'documents in the cloud': {
    cloud: true,
    version: 3,
    keys: { api_type: 'cloud', description: adf, resolve_transition: 'Resolve' },
    calls: [2, 4, 8],
  },
  'version 2 in the cloud': {
    cloud: true,
    keys: { api_type: 'cloud', description: '', http_config: { authorization: { credentials: 'pat' } } },
    authorization: 'Bearer pat',
    calls: [2, 4, 6],
  },
  reopened: {
    before: ['Done', 60_000],
    keys: { reopen_transition: 'Reopen', reopen_duration: '1h', resolve_transition: 'Resolve' },
    calls: [4, 6, 10],
  },
  'resolved too long ago': {
    before: ['Done', 7_200_000],
    keys: { reopen_transition: 'Reopen', reopen_duration: '1h' },
    calls: [2, 4, 6],
  },
  'not to be fixed': {
    before: ["Won't Do", 60_000],
    keys: { reopen_transition: 'Reopen', reopen_duration: '1h', wont_fix_resolution: "Won't Do" },
    calls: [2, 4, 6],
  },
};

const token = { alert_source_token: 'token' };
const incidentioCases: Readonly<Record<string, (url: string) => object>> = {
  plain: (url) => ({ url, ...token }),
  max: (url) => ({ url, ...token, max_alerts: 1 }),
  files: (url) => ({
    url_file: fileWith(`url-${url.includes('ours')}`, ` ${url}\n`),
    alert_source_token_file: fileWith('token', ' token\n'),
  }),
  authorization: (url) => ({ url, http_config: { authorization: { type: 'Token', credentials: 'x' } } }),
};

const TOPIC = 'arn:aws:sns:us-east-2:123456789012:My-Topic';
const keys = { region: 'us-east-2', access_key: 'AKIDEXAMPLE', secret_key: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const snsCases: Readonly<Record<string, object>> = {
  topic: { topic_arn: TOPIC, sigv4: keys },
  fifo: { topic_arn: `${TOPIC}.fifo`, sigv4: keys, subject: '' },
  phone: { phone_number: '+1555{{ len .Alerts }}', sigv4: keys, message: '{{ .Status }} <&>+/=%20 🔥\n' },
  target: { target_arn: `${TOPIC}{{ len .Alerts }}`, sigv4: keys, subject: "{{ .Status }} *~'()!" },
  attributes: {
    topic_arn: TOPIC,
    sigv4: keys,
    attributes: { z: '{{ .Status }}', 'a {{ .CommonLabels.severity }}': '*~ {{ .CommonLabels.team }}', b: 'ü&=' },
  },
  role: { topic_arn: TOPIC, sigv4: { ...keys, role_arn: 'arn:aws:iam::123456789012:role/Pager', external_id: 'e x' } },
  environment: { topic_arn: TOPIC, sigv4: {} },
};

const jiraSinks: Record<'theirs' | 'ours', Record<string, JiraSink>> = { theirs: {}, ours: {} };
let http: HttpSink;
let aws: AwsSink;
let notifications: readonly Notification[];

const at = (path: string) => http.requests.filter((request) => request.path === path);
const published = (path: string) =>
  aws.http.requests.filter((request) => request.path === path && request.body.includes('Action=Publish'));

function configs(side: 'theirs' | 'ours'): Readonly<Record<string, readonly object[]>> {
  return {
    jira_configs: Object.entries(jiraCases).map(([name, { version, keys: given }]) => ({
      api_url: jiraSinks[side][name]!.url(version),
      project: 'OPS',
      issue_type: 'Bug',
      ...given,
    })),
    incidentio_configs: Object.entries(incidentioCases).map(([name, of]) => of(http.url(`/${side}/${name}`))),
    sns_configs: Object.entries(snsCases).map(([name, given]) => ({
      api_url: aws.http.url(`/${side}/${name}`),
      ...given,
    })),
  };
}

async function startJira({ before, ...options }: JiraCase): Promise<JiraSink> {
  const sink = await JiraSink.start(options);
  if (before !== undefined) {
    const issue = sink.seed({ project: { key: 'OPS' }, summary: 'old', labels: [LABEL] });
    sink.resolve(issue, before[0], Date.now() - before[1]);
  }
  return sink;
}

beforeAll(async () => {
  http = await HttpSink.start({ status: 202 });
  aws = await AwsSink.start();
  // Only the roles' keys are asked for there: messages have a URL of their own.
  vi.stubEnv('AWS_ENDPOINT_URL_STS', aws.http.url('/'));
  vi.stubEnv('AWS_REGION', 'eu-west-3');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIAENV');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'to/ken+');
  aws.keys.set('ASIAENV', { secret: 'secret', token: 'to/ken+' });
  for (const [name, one] of Object.entries(jiraCases)) {
    jiraSinks.theirs[name] = await startJira(one);
    jiraSinks.ours[name] = await startJira(one);
  }
  const told = () => [
    ...Object.entries(jiraCases).map(
      ([name, { calls }]) => calls.filter((count) => jiraSinks.theirs[name]!.http.requests.length >= count).length,
    ),
    ...Object.keys(incidentioCases).map((name) => at(`/theirs/${name}`).length),
    ...Object.keys(snsCases).map((name) => published(`/theirs/${name}`).length),
  ];
  ({ notifications } = await tellByAlertmanager(configs('theirs'), told));
  for (const notification of notifications) await tellByOurs(configs('ours'), notification);
}, 60_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await closeConnections();
  const jira = [...Object.values(jiraSinks.theirs), ...Object.values(jiraSinks.ours)];
  await Promise.all([http, aws, ...jira].map((one) => one.close()));
});

/** What two requests must have in common. */
function essence({ method, path, headers, body }: SinkRequest): object {
  const { authorization, 'content-type': type, 'accept-language': language } = headers;
  // Alertmanager knows route labels from version 0.34 on.
  const known = body.replace('"routeLabels":{},', '').replace(/x{1000,}/g, (long) => `x*${long.length}`);
  return { method, path, authorization, type, language, body: known };
}

describe.each(Object.keys(jiraCases))('Jira: %s', (name) => {
  it('is asked the same, in the same order', () => {
    const [theirs, ours] = [jiraSinks.theirs, jiraSinks.ours].map((sinks) => sinks[name]!.http.requests.map(essence));
    expect(ours).toEqual(theirs);
    expect(ours).toHaveLength(jiraCases[name]!.calls[2]);
  });

  it('has the same issues in the end', () => {
    const [theirs, ours] = [jiraSinks.theirs, jiraSinks.ours].map((sinks) =>
      sinks[name]!.issues.map(({ key, fields, status, resolution }) => ({ key, fields, status, resolution })),
    );
    expect(ours).toEqual(theirs);
    expect(ours?.at(-1)?.fields['labels']).toContain(LABEL);
  });
});

describe.each(Object.keys(incidentioCases))('incident.io: %s', (name) => {
  it.each(FLUSHES.map((_, i) => i))('notification %i is the same', (flush) => {
    const [theirs, ours] = ['theirs', 'ours'].map((side) => at(`/${side}/${name}`)[flush]!);
    expect({ ...essence(ours!), path: '' }).toEqual({ ...essence(theirs!), path: '' });
  });
});

it('incident.io: of what is too large the first alert goes out', async () => {
  const [theirs, ours] = [http.url('/large/theirs'), http.url('/large/ours')];
  const server = await startServer({
    kind: 'alertmanager',
    config: JSON.stringify({
      route: { receiver: 'r', group_by: ['alertname'], group_wait: '1s' },
      receivers: [{ name: 'r', incidentio_configs: [{ url: theirs, ...token }] }],
    }),
    flags: ['--web.external-url=http://am.example/'],
  });
  // Young enough for the group to wait for both of them.
  const start = Date.now();
  const text = `<${'x'.repeat(300_000)}>`;
  const alerts = ['a', 'b'].map((instance) => ({
    labels: { alertname: 'Large', instance },
    annotations: { text, only: instance },
    startsAt: new Date(start).toISOString(),
  }));
  try {
    const response = await fetch(`${server.url.replace(/\/$/, '')}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(alerts),
    });
    expect(response.status).toBe(200);
    for (const deadline = Date.now() + 10_000; at('/large/theirs').length === 0 && Date.now() < deadline; ) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    await server.stop();
  }
  await tellByOurs(
    { incidentio_configs: [{ url: ours, ...token }] },
    {
      receiver: 'r',
      groupKey: '{}:{alertname="Large"}',
      groupLabels: { alertname: 'Large' },
      routeLabels: {},
      reason: 'first notification',
      alerts: alerts.map(({ labels, annotations }) => ({
        labels,
        annotations,
        status: 'firing',
        fingerprint: fingerprint(labels),
        startsAt: start,
        endsAt: ZERO_TIME,
        generatorURL: '',
      })),
      at: Date.now(),
      externalURL: 'http://am.example',
    },
  );
  const [expected, sent] = ['theirs', 'ours'].map((side) => essence(at(`/large/${side}`)[0]!));
  expect({ ...sent, path: '' }).toEqual({ ...expected, path: '' });
});

/** The form with its attributes by their names: Go numbers them as it comes. */
function formOf({ body }: SinkRequest): object {
  const form = new URLSearchParams(body);
  const attributes: [string, string][] = [];
  for (let i = 1; form.has(`MessageAttributes.entry.${i}.Name`); i++) {
    const [name, type, value] = ['Name', 'Value.DataType', 'Value.StringValue'].map((part) => {
      const found = form.get(`MessageAttributes.entry.${i}.${part}`);
      form.delete(`MessageAttributes.entry.${i}.${part}`);
      return found;
    });
    attributes.push([String(name), `${type}: ${value}`]);
  }
  return { ...Object.fromEntries(form), attributes: Object.fromEntries(attributes) };
}

/** Alertmanager tells all of a group's messages apart by the group alone, so that a FIFO topic drops the later ones. */
function withoutDeduplication(request: SinkRequest): SinkRequest {
  return { ...request, body: request.body.replace(/MessageDeduplicationId=[0-9a-f]{64}/, 'MessageDeduplicationId=') };
}

describe.each(Object.keys(snsCases))('SNS: %s', (name) => {
  it.each(FLUSHES.map((_, i) => i))('notification %i is the same', (flush) => {
    const [theirs, ours] = ['theirs', 'ours'].map((side) =>
      withoutDeduplication(published(`/${side}/${name}`)[flush]!),
    ) as [SinkRequest, SinkRequest];
    if (name !== 'attributes') expect(ours.body).toBe(theirs.body);
    expect(formOf(ours)).toEqual(formOf(theirs));
    expect(ours.body.length).toBe(theirs.body.length);
    expect(ours.headers['content-type']).toBe(theirs.headers['content-type']);
    expect(ours.headers['x-amz-security-token'] === undefined).toBe(
      theirs.headers['x-amz-security-token'] === undefined,
    );
    const [scopeOfTheirs, scopeOfOurs] = [theirs, ours].map(
      ({ headers }) => /Credential=[^/]+\/\d+\/([^,]+),/.exec(headers.authorization ?? '')?.[1],
    );
    expect(scopeOfOurs).toBe(scopeOfTheirs);
    expect(scopeOfOurs).toBe(`${name === 'environment' ? 'eu-west-3' : 'us-east-2'}/sns/aws4_request`);
  });
});

it('SNS: all that was published was signed well, and roles were asked for in the same words', () => {
  expect(aws.published).toHaveLength(2 * FLUSHES.length * Object.keys(snsCases).length);
  const asked = aws.roles.map((form) => Object.fromEntries([...form].filter(([key]) => key !== 'RoleSessionName')));
  // Alertmanager reads the external id, and tells it from version 0.34 on.
  const [theirs, ours] = [asked.slice(0, FLUSHES.length), asked.slice(FLUSHES.length)];
  expect(ours).toEqual(theirs.map((form) => ({ ...form, ExternalId: 'e x' })));
  expect(theirs.every((form) => form['Action'] === 'AssumeRole')).toBe(true);
});
