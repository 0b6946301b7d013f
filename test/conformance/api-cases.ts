// Requests that both programs are asked, in this order: what API v2 and the management endpoints take and refuse.
// `{id:n}` in a path or a body stands for the n-th silence that was made.

/** Method, path, body (text as it is, anything else as JSON), headers. */
export type Case = readonly [method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>];

/** An instant that many milliseconds after the start of the comparison. */
export type At = (ms: number) => string;

const A = '/api/v2/alerts';
const G = '/api/v2/alerts/groups';
const S = '/api/v2/silences';
const ONE = '/api/v2/silence';
const HOUR = 3_600_000;
const UUID = '7d5b2b9e-6b0e-4a2e-9a3d-7f3f9f3e9d11';

export const CONFIG = `
route:
  receiver: default
  group_by: [alertname]
  group_wait: 1h
  routes:
  - matchers: [team="db"]
    receiver: db-team
    continue: true
  - matchers: [team=~"d.*"]
    receiver: all-d
    continue: true
  - matchers: [team="double"]
    receiver: all-d
receivers:
- name: default
- name: db-team
  labels: {owner: dba, tier: "1"}
- name: all-d
  labels: {owner: everyone}
inhibit_rules:
- source_matchers: [severity="critical"]
  target_matchers: [severity="warning"]
  equal: [cluster]
`;

export function badAlerts(): Case[] {
  const bodies = ['', '{', '[{]', '{}', '"x"', '5', '[5]', '["x"]', '[[]]', '[{}]', '[{"labels":null}]'];
  const labels = [{}, [], 'x', { a: 1 }, { a: null }, { a: {} }, { a: ['x'] }, { a: true }, { a: '' }, { '': 'x' }];
  const annotations = [{ x: 1 }, { '': 'y' }, 'x'];
  const urls = [5, 'not a url', 'foo', 'http://x y/', 'http://x/%zz', 'http://host:port/', ' http://x/', 'http://[::1'];
  const times = [
    5,
    'x',
    '2020-01-01T00:00:00+0200',
    '2020-01-01 00:00:00Z',
    '2020-01-01t00:00:00z',
    '2020-02-30T00:00:00Z',
    '2020-01-01T25:00:00Z',
    '2020-01-01T00:00:60Z',
    '10000-01-01T00:00:00Z',
    '2020-01-01T00:00:00.Z',
    '2020-01-01T00:00:00+25:00',
    ' 2020-01-01T00:00:00Z',
    '2020-01-01T00:00:00Z[UTC]',
  ];
  const good = { labels: { bad: 'alert' } };
  return [
    ['POST', A],
    ...bodies.map((body): Case => ['POST', A, body]),
    ...labels.map((value): Case => ['POST', A, [{ labels: value }]]),
    ...annotations.map((value): Case => ['POST', A, [{ ...good, annotations: value }]]),
    ...urls.map((value): Case => ['POST', A, [{ ...good, generatorURL: value }]]),
    ...times.map((value): Case => ['POST', A, [{ ...good, startsAt: value }]]),
    ['POST', A, [{ ...good, startsAt: '2020-01-01T00:00:00Z', endsAt: '2019-01-01T00:00:00Z' }]],
    ['POST', A, [{ labels: { a: 1 } }, {}]],
    ['POST', A, [{}, { labels: { a: 1 } }]],
    ['POST', A, [{ labels: {} }, { labels: { a: 'b' }, annotations: { '': 'x' } }, { labels: { '': 'x' } }]],
    ['GET', A],
  ];
}

export function goodAlerts(at: At): Case[] {
  const times: [string, string | null][] = [
    ['2020-01-01T00:00:00Z', null],
    ['2020-01-01T00:00:00.123456789Z', null],
    ['2020-01-01', null],
    ['2020-01-01T00:00:00', null],
    ['2020-01-01T00:00Z', null],
    ['2020-01-01T0:00:00,5Z', null],
    ['', null],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
    ['2030-01-01T00:00:00Z', '2030-01-01T00:00:00Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.999Z'],
    ['1969-12-31T23:59:59.5Z', null],
    ['0000-01-01T00:00:00Z', at(HOUR)],
  ];
  const urls = ['', null, '/foo', 'http://', 'http://x/?a=b c', 'javascript:alert(1)', 'foo:bar', 'http://ü.de/?y=ü'];
  const start = at(-HOUR);
  return [
    ['POST', A, 'null'],
    ['POST', A, []],
    ['POST', A, times.map(([startsAt, endsAt], i) => ({ labels: { time: String(i) }, startsAt, endsAt }))],
    ['POST', A, urls.map((generatorURL, i) => ({ labels: { url: String(i) }, startsAt: start, generatorURL }))],
    ['POST', A, [{ labels: { case: 'end only' }, endsAt: at(2 * HOUR) }]],
    ['POST', A, [{ LABELS: { case: 'any' }, Annotations: { x: 'y' } }]],
    ['POST', A, [{ labels: { null: null, kept: 'x', empty: '' }, annotations: { null: null, empty: '' } }]],
    ['POST', A, '[{"labels":{"__proto__":"p","constructor":"c","9":"nine","10":"ten"}}]'],
    ['POST', A, '[{"labels":{"half":"\\ud800x\\udc00","whole":"\\ud83d\\ude00"}}]'],
    ['POST', A, [{ labels: { '🔥 odd-name': '💥', html: '<b>&</b>' }, annotations: { quote: '"\\\n\t\u2028' } }]],
    ['POST', A, [{ labels: { some: 'good' } }, { labels: {} }, { labels: { others: 'good' } }]],
    [
      'POST',
      A,
      [
        { labels: { alertname: 'x', team: 'db', severity: 'critical', cluster: 'c', job: 'j', instance: '2' } },
        { labels: { alertname: 'x', team: 'db', severity: 'warning', cluster: 'c', job: 'j', instance: '1' } },
        { labels: { alertname: 'x', team: 'db', severity: 'warning', cluster: 'd', job: 'j' } },
        { labels: { alertname: 'x', team: 'db', severity: 'none', cluster: 'd', instance: '0' } },
        { labels: { alertname: 'y', team: 'double' } },
        { labels: { alertname: 'z' } },
      ].map((alert) => ({ ...alert, startsAt: start, endsAt: at(HOUR) })),
    ],
    ['POST', A, [{ labels: { alertname: 'over' }, startsAt: at(-2 * HOUR), endsAt: start }]],
    [
      'POST',
      A,
      [{ labels: { alertname: 'z' }, startsAt: at(-2 * HOUR), endsAt: at(HOUR / 2), annotations: { new: '1' } }],
    ],
  ];
}

export function alertQueries(): Case[] {
  const both = [
    '',
    '?filter=alertname="x"',
    '?filter=alertname',
    '?filter=',
    '?filter={alertname="x"}',
    '?filter=alertname=x,team=db',
    '?filter=alertname%3D~"("',
    '?filter=alertname=x&filter=team=zz',
    '?filter=a%3D%3Dx',
    '?filter=alertname!=x',
    '?filter=team=""&filter=alertname=z',
    '?filter=alertname!=""',
    '?filter=nope!=""',
    '?filter=alertname+%3D+"x"',
    '?filter="🔥 odd-name"="💥"',
    '?filter=__proto__=p',
    '?filter=constructor=~"c|d"',
    '?filter=toString=~".%2B"',
    '?active=nonsense',
    '?active=false',
    '?active=',
    '?active=Yes',
    '?active=true&active=false',
    '?active=%zz',
    '?silenced=no',
    '?inhibited=0',
    '?silenced=x&inhibited=x&active=x',
    '?unprocessed=x',
    '?receiver=(',
    '?receiver=db-team',
    '?receiver=db',
    '?receiver=',
    '?receiver=db.*',
    '?receiver=x&receiver=db-team',
    '?receiver_matchers=owner=dba',
    '?receiver_matchers=owner',
    '?receiver_matchers=owner=dba&receiver_matchers=tier="1"',
    '?receiver_matchers=owner!=""',
    '?receiver_matchers=owner=~"("',
    '?receiver=all-d&receiver_matchers=owner=dba',
    '?foo=bar&filter=alertname=z',
    '?a=b;c=d&filter=alertname=z',
  ].map((query) => query.replaceAll(' ', '%20').replace('🔥', '%F0%9F%94%A5').replace('💥', '%F0%9F%92%A5'));
  return [
    ...both.map((query): Case => ['GET', A + query]),
    ...both.map((query): Case => ['GET', G + query]),
    ['GET', `${G}?muted=x`],
    ['GET', '/api/v2/receivers'],
    ['GET', '/api/v2/receivers?receiver_matchers=owner=dba'],
    ['GET', '/api/v2/receivers?receiver_matchers=owner'],
    ['GET', '/api/v2/receivers?receiver_matchers=name=default'],
    ['GET', '/api/v2/status'],
  ];
}

export function silences(at: At): Case[] {
  const good = {
    matchers: [{ name: 'alertname', value: 'x', isRegex: false }],
    startsAt: at(-1000),
    endsAt: at(HOUR),
    createdBy: 'me',
    comment: 'c',
  };
  const post = (over: object): Case => ['POST', S, { ...good, ...over }];
  const without = (field: keyof typeof good): Case => [
    'POST',
    S,
    Object.fromEntries(Object.entries(good).filter(([name]) => name !== field)),
  ];
  const matcher = { name: 'a', value: 'b', isRegex: false };
  const matchers = (...list: unknown[]): Case => post({ matchers: list });
  return [
    ...['', 'null', '{}', '[]', '{', '5'].map((body): Case => ['POST', S, body]),
    ...(['matchers', 'startsAt', 'endsAt', 'createdBy', 'comment'] as const).map(without),
    ...[[], null, {}].map((value) => post({ matchers: value })),
    ...[{}, { name: 'a' }, { name: 'a', isRegex: false }, { value: 'a', isRegex: false }].map((each) => matchers(each)),
    ...[null, 'true'].map((isRegex) => matchers({ ...matcher, isRegex })),
    ...['', 5].map((name) => matchers({ ...matcher, name })),
    ...['', 5].map((value) => matchers({ ...matcher, value })),
    ...['(', '.*', '', 'x|', '*'].map((value) => matchers({ name: 'a', value, isRegex: true })),
    matchers({ ...matcher, isEqual: 'x' }),
    matchers(matcher, { ...matcher, value: '(', isRegex: true }),
    ...[{ createdBy: null }, { comment: 5 }, { id: 5 }, { annotations: { a: 1 } }, { annotations: 'x' }].map(post),
    ...['x', null, 5].map((startsAt) => post({ startsAt })),
    ...['0001-01-01T00:00:00Z', '', good.startsAt, at(-500)].map((endsAt) => post({ endsAt })),
    post({ startsAt: at(2 * HOUR) }),
    ...['nope', UUID].map((id) => post({ id })),
    ['GET', S],
    // What follows is made: {id:0} and so on.
    post({}),
    post({ startsAt: at(HOUR / 2), endsAt: at(2 * HOUR), matchers: [{ ...matcher, isEqual: null }] }),
    post({ endsAt: at(3 * HOUR), annotations: { b: 'c', a: '<' }, matchers: [{ ...matcher, isEqual: false }] }),
    post({ endsAt: at(4 * HOUR), createdBy: '', comment: '', matchers: [matcher, { ...matcher, isRegex: true }] }),
    post({ endsAt: at(5 * HOUR), startsAt: '0001-01-01T00:00:00Z', annotations: null, extra: 1, id: '' }),
    post({ endsAt: at(6 * HOUR), matchers: [{ name: 'a b☃', value: 'é', isRegex: true, isEqual: false }] }),
    ['GET', S],
    ...['', '?active=false', '?silenced=false', '?filter=alertname=x'].map((query): Case => ['GET', A + query]),
    ...['=x', '=~x', '!=x', ''].map((text): Case => ['GET', `${S}?filter=alertname${text}`]),
    ['GET', `${S}?filter=a="b"&filter=a=~"b"`],
    ['GET', `${ONE}/{id:2}`],
    // Edits.
    post({ id: '{id:1}', startsAt: at(HOUR / 4), endsAt: at(2 * HOUR), matchers: [matcher] }),
    ['GET', `${ONE}/{id:1}`],
    post({ id: '{id:3}', endsAt: at(4 * HOUR), matchers: [{ ...matcher, value: 'other' }] }),
    ['GET', `${ONE}/{id:3}`],
    ['GET', `${ONE}/{id:6}`],
    ['DELETE', `${ONE}/{id:2}`],
    ['GET', `${ONE}/{id:2}`],
    ['DELETE', `${ONE}/{id:2}`],
    ['DELETE', `${ONE}/{id:1}`],
    ['GET', `${ONE}/{id:1}`],
    post({ id: '{id:2}', endsAt: at(7 * HOUR), matchers: [{ ...matcher, isEqual: false }] }),
    ['GET', `${ONE}/{id:7}`],
    // Paths.
    ...[UUID, UUID.toUpperCase(), UUID.replaceAll('-', ''), `%7B${UUID}%7D`, 'nope', 'a%2Fb', '', `${UUID}/x`].flatMap(
      (id): Case[] => [
        ['GET', `${ONE}/${id}`],
        ['DELETE', `${ONE}/${id}`],
      ],
    ),
    ['POST', `${ONE}/${UUID}`],
    ['PUT', `${ONE}/${UUID}`, {}],
  ];
}

export function frame(): Case[] {
  const body = [{ labels: { frame: '1' }, startsAt: '2020-01-01T00:00:00Z', endsAt: '2020-01-01T00:00:00Z' }];
  const none = `${A}?filter=a=none`;
  const types = ['text/plain', '', 'application/json; charset=utf-8', 'application/xml', 'bogus', 'APPLICATION/JSON'];
  const accepts = [
    'application/json',
    '*/*',
    'text/html,application/xhtml+xml,*/*;q=0.8',
    'application/*',
    'bogus',
    '',
    'application/json;q=0',
    'text/html',
  ];
  const origin = 'http://elsewhere';
  const preflights: Readonly<Record<string, string>>[] = [
    { origin, 'access-control-request-method': 'POST' },
    { origin, 'access-control-request-method': 'DELETE' },
    { origin, 'access-control-request-method': 'PUT' },
    { 'access-control-request-method': 'POST' },
    { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
    { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'accept,content-type' },
    { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-foo' },
  ];
  return [
    ...['PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'].map((method): Case => [method, A]),
    ...[G, '/api/v2/status', '/api/v2/receivers'].map((path): Case => ['POST', path]),
    ...['DELETE', 'PUT', 'HEAD'].map((method): Case => [method, S]),
    ...['', 'nope', 'Alerts', 'swagger.json', 'silence', 'silence/'].map((path): Case => ['GET', `/api/v2/${path}`]),
    ['HEAD', '/api/v2/nope'],
    ...['/alerts/', '//alerts', '/alerts/../status'].map((path): Case => ['GET', `/api/v2${path}?filter=a=none`]),
    ...types.map((type): Case => ['POST', A, body, { 'content-type': type }]),
    ['POST', A, '', { 'content-type': 'text/plain' }],
    ...accepts.map((accept): Case => ['GET', none, undefined, { accept }]),
    ['POST', A, body, { accept: 'text/html' }],
    ['GET', '/api/v2/silence/nope', undefined, { accept: 'text/html' }],
    ['GET', '/api/v2/nope', undefined, { accept: 'text/html' }],
    ['GET', none, undefined, { 'accept-encoding': 'gzip' }],
    ['GET', none, undefined, { origin }],
    ['GET', `${G}?filter=a=none`, undefined, { origin }],
    ['POST', A, body, { origin }],
    ['DELETE', '/api/v2/silence/x', undefined, { origin }],
    ['OPTIONS', A, undefined, { origin }],
    ...preflights.map((headers): Case => ['OPTIONS', A, undefined, headers]),
    ...['status', 'receivers', 'alerts', 'silences', 'silence/x', 'nope'].map(
      (path): Case => ['GET', `/api/v1/${path}`],
    ),
    ...['alerts', 'silences'].map((path): Case => ['POST', `/api/v1/${path}`, body]),
    ['DELETE', '/api/v1/silence/x'],
    ...['GET', 'HEAD', 'POST', 'OPTIONS'].map((method): Case => [method, '/-/healthy']),
    ...['GET', 'HEAD', 'POST'].map((method): Case => [method, '/-/ready']),
    ...['GET', 'PUT', 'POST', 'OPTIONS'].map((method): Case => [method, '/-/reload']),
    ...['HEAD', 'POST', 'OPTIONS'].map((method): Case => [method, '/metrics']),
    ...['/nope', '/api', '/api/', '/api/v3/alerts', '/-/nope', '/index.html'].map((path): Case => ['GET', path]),
    ...['POST', 'PUT', 'HEAD', 'OPTIONS'].map((method): Case => [method, '/']),
    ['GET', '//'],
  ];
}
