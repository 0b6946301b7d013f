// What the command lines of ctl.test.ts find: a server with alerts and silences, and a folder with files.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kind, type Server, scratch, startServer } from '../support/process.ts';
import { call, until } from './harness.ts';

const CONFIG = `global:
  smtp_smarthost: mail.example:25
  smtp_from: alerts@example.org
  smtp_auth_password: hidden
  slack_api_url: https://hooks.slack.example/secret
  resolve_timeout: 7h
route:
  receiver: team
  group_by: [alertname]
  group_wait: 1h
  routes:
  - matchers: [severity="critical"]
    receiver: pager
    continue: true
  - match_re:
      owner: db|web
    receiver: db-and-web
    routes:
    - match: {sub: x}
    - matchers: [sub!~"y|z", '"größe"="10 → 20"']
      receiver: team
  - matchers: ['"größe"=~".*20"']
receivers:
- name: team
  email_configs:
  - to: team@example.org
- name: pager
  pagerduty_configs:
  - service_key: 0123456789abcdef
  slack_configs:
  - channel: '#ops'
- name: db-and-web
  webhook_configs:
  - url: http://user:secret@127.0.0.1:9/hook
inhibit_rules:
- source_matchers: [severity="critical"]
  target_matchers: [severity="info"]
  equal: [instance]
`;

const now = Date.now();
const minutes = (n: number): string => new Date(now + n * 60_000).toISOString();

const ALERTS = [
  alert({ alertname: 'DiskFull', instance: 'a', severity: 'critical', owner: 'db' }, -50, {
    summary: 'the disk is full',
  }),
  alert({ alertname: 'DiskFull', instance: 'a', severity: 'info' }, -49, { summary: 'inhibited' }),
  alert({ alertname: 'DiskFull', instance: 'b', severity: 'warning' }, -48, { summary: 'half <full> & "quoted"' }),
  alert({ alertname: 'DiskFull', instance: 'c' }, -47, {}),
  alert({ alertname: 'Über', größe: '10 → 20', owner: 'web' }, -46, { summary: '日本語', note: 'e\u0301' }),
  alert({ alertname: 'Two Words', team: 'x' }, -45, { summary: 'silenced' }),
  alert({ alertname: 'Slow', path: '/a/b?c=d&e=<f>', owner: 'web' }, -44, { runbook: 'https://runbook/?a=1&b=2' }),
  alert({ severity: 'critical', instance: 'nameless' }, -43, { summary: 'it has no alertname' }),
  alert({ alertname: 'Long', text: 'x'.repeat(120) }, -42, { summary: 'y'.repeat(90) }),
  alert({ alertname: 'Backslash', text: 'C:\\dir "x"' }, -41, { summary: "it's" }),
];

function alert(labels: object, startMinutes: number, annotations: object): object {
  return {
    labels,
    annotations,
    startsAt: minutes(startMinutes),
    endsAt: minutes(600 + startMinutes),
    ...('owner' in labels ? { generatorURL: 'http://prometheus/graph?g0.expr=up&g0.tab=1' } : {}),
  };
}

const matcher = (name: string, type: string, value: string): object => ({
  name,
  value,
  isRegex: type.endsWith('~'),
  isEqual: type.startsWith('='),
});

const silence = (
  matchers: readonly object[],
  from: number,
  until: number,
  createdBy: string,
  comment: string,
): object => ({
  matchers,
  startsAt: minutes(from),
  endsAt: minutes(until),
  createdBy,
  comment,
});

const SILENCES = [
  silence([matcher('alertname', '=', 'Two Words')], -1, 60, 'me', 'two words'),
  silence([matcher('alertname', '=~', 'Disk.*'), matcher('instance', '=', 'z')], -1, 90, 'you', 'disks <&> "x"'),
  silence(
    [matcher('größe', '!=', '10 → 20'), matcher('owner', '!~', 'a|b'), matcher('team', '=', 'q')],
    5,
    30,
    'me',
    'später',
  ),
  silence([matcher('x', '=', 'say "x" \\ {a,b}')], -1, 100_000, 'someone.else@example.org', 'c'.repeat(70)),
  silence([matcher('instance', '=', 'a'), matcher('team', '=', 'q')], -1, 45, 'me', ''),
];

const EXPIRED = [
  silence([matcher('instance', '=', 'old')], -1, 60, 'me', 'it is over'),
  silence([matcher('alertname', '=', 'DiskFull'), matcher('instance', '=', 'older')], -1, 61, 'you', 'this one too'),
];

export interface World {
  readonly kind: Kind;
  readonly server: Server;
  /** Of the files, see `writeFiles`. */
  readonly dir: string;
  /** Of a silence that is active. */
  readonly id: string;
}

/** With alerts that are grouped, and silences of every state. */
export async function openWorld(kind: Kind): Promise<World> {
  const server = await startServer({ kind, config: CONFIG });
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const reply = await call('POST', `${server.url}/api/v2${path}`, body);
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${reply.text}`);
    return reply.body;
  };
  const ids: string[] = [];
  for (const one of [...SILENCES, ...EXPIRED])
    ids.push(((await post('/silences', one)) as { silenceID: string }).silenceID);
  for (const id of ids.slice(SILENCES.length)) await call('DELETE', `${server.url}/api/v2/silence/${id}`);
  await post('/alerts', ALERTS);
  const settled = async (): Promise<boolean> => {
    const found = (await call('GET', `${server.url}/api/v2/alerts`)).body as { status: { state: string } }[];
    const states = found.map(({ status }) => status.state);
    return (
      states.length === ALERTS.length &&
      !states.includes('unprocessed') &&
      states.filter((s) => s === 'suppressed').length === 2
    );
  };
  await until(settled, 10_000, () => server.log);
  return { kind, server, dir: writeFiles(), id: ids[0]! };
}

function writeFiles(): string {
  const dir = scratch();
  const put = (name: string, text: string): void => writeFileSync(join(dir, name), text);
  put('good.yml', CONFIG);
  put('templates.yml', `${CONFIG}templates: ['${dir}/*.tmpl']\n`);
  put('broken-template.yml', `${CONFIG}templates: ['${dir}/*.tmpl-not']\n`);
  put('bad.yml', 'route:\n  receiver: nobody\n  group_wiat: 1s\nreceivers: []\n');
  put('one.tmpl', '{{ define "one" }}one: {{ .Status }}{{ end }}');
  put('two.tmpl', '{{ define "two" }}two: {{ template "one" . }}{{ end }}');
  put('broken.tmpl-not', '{{ define "broken" }}{{ end');
  put(
    'data.json',
    '{"status":"firing","alerts":[{"labels":{"a":"b"},"startsAt":"2020-01-01T00:00:00Z","endsAt":"2020-01-01T00:00:00Z"}]}',
  );
  put('http.yml', 'basic_auth: {username: a, password: b}\n');
  put('http-bad.yml', 'basic_auht: {username: a}\n');
  put('args', '# only disks\n\nDiskFull\ninstance=a\n');
  put('words', 'silence\nquery\n-q\n');
  put('empty.json', '[]\n');
  put('nonsense.json', 'nonsense\n');
  put('no-objects.json', '[1, 2]\n');
  put('no-matchers.json', '[{"comment": "there are no matchers"}]\n');
  for (const [home, text] of Object.entries(HOMES)) {
    // Upstream's place, and the one of Debian's build.
    for (const path of ['amtool/config.yml', 'prometheus/amtool.yml']) {
      const file = join(dir, home, '.config', path);
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, text.replaceAll('$DIR', dir));
    }
  }
  return dir;
}

const HOMES: Readonly<Record<string, string>> = {
  extended: 'output: extended\n"date.format": "2006"\n',
  author: 'author: the operator\ncomment_required: true\n',
  filters: 'silenced: true\nreceiver: pager\n"created-by": me\nwithin: 2h\n',
  'bad-output': 'output: xml\n',
  'bad-timeout': 'timeout: soon\n',
  'bad-bool': 'silenced: perhaps\n',
  unknown: 'no-such-flag: 1\nalertmanager.urll: x\n',
  empty: '# nothing\n',
  null: 'output: simple\nannotation:\n',
  globs: 'template.glob: $DIR/one.tmpl\n',
  'legacy-both': 'comment_required: "false"\nrequire-comment: "true"\n',
  list: '- output: json\n',
  'not-yaml': 'output: "json\n',
  nested: 'output: {a: b}\n',
  anchors: 'author: &name json\noutput: *name\n',
  twice: 'output: extended\n"output": simple\n"date.format": "2006"\n',
};
