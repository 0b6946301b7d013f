import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Notification } from '../../src/model/notification.ts';
import { Secret } from '../../src/model/secret.ts';
import { closeConnections } from '../../src/receivers/http.ts';
import { type Prepared, prepare } from '../../src/receivers/index.ts';
import { jira } from '../../src/receivers/jira.ts';
import { plainText } from '../../src/receivers/plain.ts';
import { type JiraSettings, jiraSchema } from '../../src/receivers/settings/jira.ts';
import { runeCount } from '../../src/receivers/truncate.ts';
import type { Templates } from '../../src/template/templates.ts';
import { JiraSink } from '../support/jira-sink.ts';
import { firing, notificationOf, resolved } from '../support/notifications.ts';
import { attemptIO, httpSettings, settingsOf } from '../support/receiving.ts';
import { defaultTemplates } from '../support/templates.ts';

const PASSWORD = 'personal-access-token';
const AUTHORIZATION = `Basic ${Buffer.from(`bot@example.org:${PASSWORD}`).toString('base64')}`;

let templates: Templates;
let server: JiraSink;
beforeAll(() => {
  templates = defaultTemplates();
});
beforeEach(async () => {
  server = await JiraSink.start({ authorization: AUTHORIZATION });
});
afterEach(async () => {
  await closeConnections();
  await server.close();
});

const http_config = httpSettings({
  basic_auth: {
    username: 'bot@example.org',
    username_file: '',
    username_ref: '',
    password: new Secret(PASSWORD),
    password_file: '',
    password_ref: '',
  },
});

function settings(given: Partial<JiraSettings> = {}): JiraSettings {
  const base = { http_config, api_url: server.url(), project: 'OPS', issue_type: 'Bug' };
  return settingsOf(jiraSchema, { ...base, ...given });
}

function prepared(notification: Notification, given: Partial<JiraSettings> = {}): Prepared {
  return prepare({ type: 'jira', index: 0, sendResolved: true, settings: settings(given) }, notification, templates);
}

const own = (template: string, enable_update?: boolean) => ({ template, enable_update });
const labels = (instance: string) => ({ alertname: 'Down', instance, severity: 'critical' });
const down = (instance: string) => firing(labels(instance), { summary: `<${instance}> & "down"` });
const up = (instance: string) => resolved(labels(instance));
const isFiring = notificationOf([down('a'), down('b')]);
const isResolved = notificationOf([up('a'), up('b')], { reason: 'all alerts resolved' });
const isMixed = notificationOf([down('a'), up('b')], { reason: 'some alerts resolved' });

async function send(notification: Notification, given: Partial<JiraSettings> = {}) {
  const before = server.http.requests.length;
  const outcome = await prepared(notification, given).send(attemptIO());
  const requests = server.http.requests.slice(before);
  return {
    outcome,
    calls: requests.map(({ method, path }) => `${method} ${path.replace('/rest/api/', '')}`),
    requests,
  };
}

interface Shown {
  readonly jql: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const shown = (one: Prepared) => one.preview as Shown;

describe('an issue', () => {
  it.each([
    ['firing', isFiring],
    ['resolved', isResolved],
    ['mixed', isMixed],
  ])('about alerts that are %s', (_name, notification) => {
    const { preview, renderError } = prepared(notification, { api_url: 'http://jira.example/rest/api/2' });
    expect(renderError).toBeUndefined();
    expect(preview).toMatchSnapshot();
  });

  it('has the fields that the operator adds, with templates in them, also in place of the usual ones', () => {
    const fields = {
      customfield_1: { value: '{{ .CommonLabels.severity }}' },
      customfield_2: [{ value: 'red' }, { value: '{{ .Alerts | len }}' }],
      customfield_3: 1.5,
      customfield_4: '{{ .Alerts | len }}',
      customfield_5: undefined,
      priority: { name: 'Low' },
    };
    expect(shown(prepared(isFiring, { fields })).fields).toMatchObject({
      customfield_1: { value: 'critical' },
      customfield_2: [{ value: 'red' }, { value: 2 }],
      customfield_3: 1.5,
      customfield_4: 2,
      customfield_5: null,
      priority: { name: 'Low' },
    });
  });

  it('has templates in its project, type, labels and priority', () => {
    const given = {
      project: '{{ "ops" | toUpper }}',
      issue_type: '{{ if .Alerts }}Incident{{ end }}',
      labels: ['{{ .CommonLabels.severity }}', ' two  words ', '{{ .CommonLabels.none }}', 'Z'],
      priority: '',
    };
    const { jql, fields } = shown(prepared(isFiring, given));
    expect(fields).toMatchObject({ project: { key: 'OPS' }, issuetype: { name: 'Incident' } });
    expect(fields['labels']).toEqual([expect.stringMatching(/^ALERT\{[0-9a-f]{64}\}$/), 'Z', 'critical', 'two_words']);
    expect(fields).not.toHaveProperty('priority');
    expect(jql).toContain('project="OPS" and labels="ALERT{');
  });

  it('has a summary of one line that is not too long, and no description where there is none', () => {
    const long = shown(prepared(isFiring, { summary: own('{{ printf "%300s" .Status }}'), description: own('') }));
    expect(runeCount(String(long.fields['summary']))).toBe(255);
    expect(String(long.fields['summary']).endsWith('…')).toBe(true);
    expect(long.fields).not.toHaveProperty('description');
    expect(shown(prepared(isFiring, { summary: own(' a \r\n b\n') })).fields['summary']).toBe('a b');
    expect(shown(prepared(isFiring, { summary: own(' a ') })).fields['summary']).toBe(' a ');
  });

  it('tells of as many of five thousand alerts as fit', () => {
    const many = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host${i}`)));
    const description = String(shown(prepared(many)).fields['description']);
    expect(runeCount(description)).toBeLessThanOrEqual(32_767);
    expect(runeCount(description)).toBeGreaterThan(32_000);
    expect(description).toMatch(/\n\+\d+ more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team$/);
  });

  it.each([
    [{}, 'firing', 'statusCategory != Done and'],
    [{ reopen_transition: 'Reopen' }, 'firing', 'statusCategory != Done and'],
    [{ reopen_transition: 'Reopen', reopen_duration: 59_999 }, 'firing', 'statusCategory != Done and'],
    [
      { reopen_transition: 'Reopen', reopen_duration: 150_000 },
      'firing',
      '(resolutiondate is EMPTY OR resolutiondate >= -2m) and',
    ],
    [{ reopen_transition: 'Reopen', reopen_duration: 150_000 }, 'resolved', 'statusCategory != Done and'],
    [
      { wont_fix_resolution: 'Won\'t "Do"' },
      'firing',
      '(resolution is EMPTY or resolution != "Won\'t \\"Do\\"") and statusCategory != Done and',
    ],
  ])('is looked for with %j when it is %s', (given, status, start) => {
    const { jql } = shown(prepared(status === 'firing' ? isFiring : isResolved, given));
    expect(jql).toBe(`${start} project="OPS" and labels="ALERT{${HASH}}" order by status ASC,resolutiondate DESC`);
  });
});

/** The SHA-256 of `{}:{alertname="Down"}`. */
const HASH = 'af94c9e8f6a3043625e36c6f472fe6be85ac23a9117184ee4cb7b4ad7401a47e';

describe('a document', () => {
  const adf = (text: string) =>
    `{"version": 1, "type": "doc",\n "content": [{"type": "paragraph", "content": [{"type": "text", "text": ${text}}]}]}`;
  const v3 = (template: string) => ({ api_url: server.url(3), description: own(template) });
  const descriptionOf = (one: Prepared) => shown(one).fields['description'] as { content: object[] };

  it('is what the template writes, without its white space', async () => {
    const given = v3(`\n ${adf('{{ toJson "<a> \\"b\\" \\\\ & c  d" }}')}\n`);
    const { outcome, requests } = await send(isFiring, given);
    expect(outcome).toMatchObject({ ok: true });
    expect(requests[1]?.body).toContain(
      '"description":{"version":1,"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"\\u003ca\\u003e \\"b\\" \\\\ \\u0026 c  d"}]}]},',
    );
  });

  it('is made of a text that is none', async () => {
    expect(descriptionOf(prepared(isFiring, v3('one\ntwo\n\n  \nthree')))).toEqual({
      version: 1,
      type: 'doc',
      content: [
        {
          type: 'paragraph',
          content: [{ type: 'text', text: 'one' }, { type: 'hardBreak' }, { type: 'text', text: 'two' }],
        },
        { type: 'paragraph', content: [{ type: 'text', text: 'three' }] },
      ],
    });
    expect(descriptionOf(prepared(isFiring, v3(' \n')))).toBeUndefined();
    const byDefault = { api_url: server.url(3) };
    expect((await send(isFiring, byDefault)).outcome).toMatchObject({ ok: true });
  });

  it('tells of as many alerts as fit', async () => {
    const many = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host${i}`)));
    const listed = v3(
      '{"version":1,"type":"doc","content":[{{ range $i, $a := .Alerts }}{{ if $i }},{{ end }}{"type":"paragraph","content":[{"type":"text","text":{{ toJson $a.Labels.instance }} }]}{{ end }}]}',
    );
    for (const given of [listed, v3('{{ range .Alerts }}{{ .Labels.instance }}\n{{ end }}')]) {
      const { outcome, requests } = await send({ ...many, groupKey: given.description.template }, given);
      expect(outcome).toMatchObject({ ok: true });
      expect(requests[1]?.body).toMatch(
        /"text":"\+\d+ more: http:\/\/tocsin\.example\/#\/alerts\?receiver=team"\}\]\}\]/,
      );
      expect(requests[1]?.body.length).toBeGreaterThan(30_000);
    }
  });

  it('says what it says without alerts where not even one fits', async () => {
    const large = notificationOf([firing({ alertname: 'Down' }, { text: 'x'.repeat(40_000) })]);
    const { requests } = await send(large, v3('About:\n\n{{ range .Alerts }}{{ .Annotations.text }}{{ end }}'));
    const { fields } = JSON.parse(requests[1]!.body) as { fields: { description: object } };
    expect(JSON.stringify(fields.description)).toMatch(/"About:".*"\+1 more: http:\/\/tocsin/);
  });

  it('only says where the alerts are when it does not depend on them and is too long', () => {
    const fixed = descriptionOf(prepared(isFiring, v3(adf(`"${'x'.repeat(40_000)}"`))));
    expect(JSON.stringify(fixed)).toContain('2 alerts: http://tocsin.example/#/alerts?receiver=team');
  });
});

describe('what Jira is asked', () => {
  it('is for an issue, which is created, then updated, then resolved', async () => {
    const given = { resolve_transition: 'Resolve' };
    const first = await send(isFiring, given);
    expect(first.outcome).toEqual({ ok: true, receipt: '10001' });
    expect(first.calls).toEqual(['POST 2/search', 'POST 2/issue']);
    expect(first.requests[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'accept-language': 'en' });
    const second = await send(isMixed, { ...given, summary: own('other') });
    expect(second.outcome).toEqual({ ok: true, receipt: '10001' });
    expect(second.calls).toEqual(['POST 2/search', 'PUT 2/issue/OPS-1']);
    expect(server.issues).toMatchObject([{ key: 'OPS-1', status: 'To Do', fields: { summary: 'other' } }]);
    const third = await send(isResolved, given);
    expect(third.outcome).toEqual({ ok: true, receipt: '10001' });
    expect(third.calls).toEqual([
      'POST 2/search',
      'PUT 2/issue/OPS-1',
      'GET 2/issue/OPS-1/transitions',
      'POST 2/issue/OPS-1/transitions',
    ]);
    expect(third.requests[2]?.body).toBe('');
    expect(third.requests[3]?.body).toBe('{"transition":{"id":"31"}}\n');
    expect(server.issues).toMatchObject([{ status: 'Done' }]);
    // Nobody needs an issue about what is over.
    expect(await send(isResolved, given)).toMatchObject({ outcome: { ok: true }, calls: ['POST 2/search'] });
  });

  it('is for a new issue when the old one is done, unless it may be reopened', async () => {
    await send(isFiring);
    server.resolve(server.issues[0]!, 'Done', Date.now() - 300_000);
    const reopening = { reopen_transition: 'Reopen', reopen_duration: 600_000 };
    const again = await send(isFiring, reopening);
    expect(again.calls.at(-1)).toBe('POST 2/issue/OPS-1/transitions');
    expect(server.issues).toMatchObject([{ key: 'OPS-1', status: 'To Do' }]);
    server.resolve(server.issues[0]!, 'Done', Date.now() - 700_000);
    await send(isFiring, reopening);
    expect(server.issues.map(({ key, status }) => [key, status])).toEqual([
      ['OPS-1', 'Done'],
      ['OPS-2', 'To Do'],
    ]);
  });

  it('leaves alone what people decided not to fix', async () => {
    const given = { reopen_transition: 'Reopen', reopen_duration: 600_000, wont_fix_resolution: "Won't Do" };
    await send(isFiring, given);
    server.resolve(server.issues[0]!, "Won't Do", Date.now());
    expect((await send(isFiring, given)).calls).toEqual(['POST 2/search', 'POST 2/issue']);
    expect(server.issues.map(({ status }) => status)).toEqual(['Done', 'To Do']);
  });

  it('leaves alone what updates are not to touch', async () => {
    await send(isFiring, { summary: own('s'), description: own('d') });
    const given = { summary: own('S', false), description: own('D', false) };
    const { requests } = await send(isFiring, given);
    expect(JSON.parse(requests[1]!.body)).toMatchObject({ fields: { project: { key: 'OPS' } } });
    expect(server.issues).toMatchObject([{ fields: { summary: 's', description: 'd' } }]);
    await send(isFiring, { ...given, summary: own('S', true), fields: { description: 'of mine' } });
    expect(server.issues).toMatchObject([{ fields: { summary: 'S', description: 'of mine' } }]);
  });

  it('is nothing more where no transition is wanted, or the issue is where it should be', async () => {
    await send(isFiring);
    expect((await send(isResolved)).calls).toEqual(['POST 2/search', 'PUT 2/issue/OPS-1']);
    expect((await send(isFiring, { reopen_transition: 'Reopen' })).calls).toHaveLength(2);
    expect(server.issues).toMatchObject([{ status: 'To Do' }]);
  });

  it('is another search in the cloud, which knows of the last issue before the index does', async () => {
    const cloud = await JiraSink.start({ cloud: true, lags: true });
    const given = { api_url: cloud.url(2), api_type: 'cloud', http_config: httpSettings() };
    const attempt = async (notification: Notification) => prepared(notification, given).send(attemptIO());
    expect(await attempt(isFiring)).toEqual({ ok: true, receipt: '10001' });
    expect(await attempt({ ...isFiring, receipt: '10001' })).toEqual({ ok: true, receipt: '10001' });
    expect(cloud.issues).toHaveLength(1);
    const searches = cloud.http.requests.filter(({ path }) => path === '/rest/api/3/search/jql');
    expect(searches.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      { fields: ['status'], jql: expect.any(String), maxResults: 2 },
      { fields: ['status'], jql: expect.any(String), maxResults: 2, reconcileIssues: [10001] },
    ]);
    const wrong = { ...given, api_type: 'auto' };
    expect(await prepared(isFiring, wrong).send(attemptIO())).toMatchObject({
      ok: false,
      retry: false,
      message: expect.stringContaining('410: The requested API has been removed'),
    });
    await cloud.close();
  });
});

describe('what Jira answers', () => {
  it('is final when it refuses something, and told in its words', async () => {
    expect((await send(isFiring, { issue_type: 'Pest', fields: { customfield: 1 } })).outcome).toEqual({
      ok: false,
      retry: false,
      reason: 'clientError',
      message:
        "the server answered 400: customfield: Field 'customfield' cannot be set. It is not on the appropriate screen, or unknown.; issuetype: Specify a valid issuetype",
    });
    const anonymous = await send(isFiring, { http_config: httpSettings() });
    expect(anonymous).toMatchObject({ outcome: { retry: false, reason: 'authError' }, calls: ['POST 2/search'] });
  });

  it('is told without the password, even where Jira repeats it', async () => {
    server.instead(() => ({
      status: 400,
      body: JSON.stringify({ errorMessages: [`${PASSWORD} is no password`], errors: { header: AUTHORIZATION } }),
    }));
    expect((await send(isFiring)).outcome).toMatchObject({
      message: 'the server answered 400: <redacted> is no password; header: Basic <redacted>',
    });
  });

  it('is worth another attempt when it is busy, at whatever step', async () => {
    await send(isFiring);
    for (const [step, answer, expected] of [
      ['POST /rest/api/2/search', { status: 429, headers: { 'retry-after': '30' } }, { retryAfterMs: 30_000 }],
      ['PUT /rest/api/2/issue/OPS-1', { status: 503 }, { reason: 'serverError' }],
      ['PUT /rest/api/2/issue/OPS-1', { status: 409 }, { reason: 'clientError' }],
      ['GET /rest/api/2/issue/OPS-1/transitions', { reset: true }, { reason: 'other' }],
      ['POST /rest/api/2/issue/OPS-1/transitions', { status: 500 }, { reason: 'serverError' }],
    ] as const) {
      server.instead(({ method, path }) => (`${method} ${path}` === step ? answer : undefined));
      const { outcome, calls } = await send(isResolved, { resolve_transition: 'Resolve' });
      expect(outcome).toMatchObject({ ok: false, retry: true, ...expected });
      expect(calls.at(-1)).toBe(step.replace('/rest/api/', ''));
    }
    server.instead(undefined);
    expect((await send(isResolved, { resolve_transition: 'Resolve' })).outcome).toMatchObject({ ok: true });
  });

  it('names the transitions that there are when it lacks the one that is wanted', async () => {
    await send(isFiring);
    expect((await send(isResolved, { resolve_transition: 'Close' })).outcome).toEqual({
      ok: false,
      retry: false,
      reason: 'other',
      message: 'issue OPS-1 has no transition "Close" now: there is "Start", "Resolve"',
    });
  });

  it('is understood also where it lists more transitions than other answers are long', async () => {
    await send(isFiring);
    const transitions = Array.from({ length: 100 }, (_, i) => ({ id: String(i), name: `T${i} ${'x'.repeat(1000)}` }));
    transitions.push({ id: '31', name: 'Resolve' });
    server.instead(({ method }) => (method === 'GET' ? { body: JSON.stringify({ transitions }) } : undefined));
    expect((await send(isResolved, { resolve_transition: 'Resolve' })).outcome).toMatchObject({ ok: true });
    expect(server.issues).toMatchObject([{ status: 'Done' }]);
  });

  it('is no reason for a second issue when it is no JSON at all', async () => {
    server.instead(() => ({ status: 200, body: '<html>Log in</html>' }));
    expect((await send(isFiring)).outcome).toMatchObject({
      ok: false,
      retry: false,
      message: expect.stringContaining('JSON'),
    });
    server.instead(() => ({ status: 200, body: '{"issues":[{"key":"OPS-1"}]}' }));
    expect((await send(isResolved, { resolve_transition: 'Resolve' })).outcome).toEqual({ ok: true });
    server.instead(() => ({ status: 200, body: '{"issues":[null, 1]}' }));
    expect((await send(isResolved)).outcome).toEqual({ ok: true });
  });

  it('does not lead anybody out of the API by the name of an issue', async () => {
    server.instead(({ path }) =>
      path.endsWith('/search') ? { body: '{"issues":[{"key":"../../admin?x"}]}' } : { status: 204 },
    );
    expect((await send(isFiring)).calls).toEqual(['POST 2/search', 'PUT 2/issue/..%2F..%2Fadmin%3Fx']);
  });

  it('says what is too large, and a short plain text gets through', async () => {
    const fields = { environment: '{{ .Nonsense }}' };
    const broken = { description: own('{{ .Nonsense }}'), labels: ['x{{ .Nonsense }}', 'kept'], fields };
    const { preview, renderError } = prepared(isMixed, { ...broken, api_url: 'http://jira.example/rest/api/2' });
    expect(renderError).toMatch(/Nonsense/);
    expect(preview).toMatchSnapshot();
    server.instead(({ path }) =>
      path.endsWith('/issue')
        ? { status: 400, body: '{"errors":{"description":"CONTENT_LIMIT_EXCEEDED"}}' }
        : undefined,
    );
    const given = settings();
    const message = jira.render(isFiring, given, templates);
    expect(await jira.send(message, given, attemptIO())).toMatchObject({ retry: false, tooLarge: true });
    server.instead(undefined);
    for (const version of [2, 3] as const) {
      const given = settings({ api_url: server.url(version) });
      const plain = jira.renderPlain(isFiring, given, templates, plainText(isFiring, 'too large'));
      expect(await jira.send(plain, given, attemptIO())).toMatchObject({ ok: true });
    }
    expect((await send(isFiring, broken)).outcome).toMatchObject({
      ok: true,
      warning: expect.stringMatching(/Nonsense/),
    });
  });
});
