// Keys that exclude each other, need each other, or stand in for each other: Opsgenie, VictorOps, Pushover and Webex.

import { type ConfigCase, each, withEntry } from './config-frames.ts';

const SLASH = 'Alertmanager adds the slash in `global` too, where nobody wrote it';

export function* ovpwCases(): Generator<ConfigCase> {
  const bare = (type: string, global?: string) => (body: string) =>
    withEntry(type, body, global === undefined ? { bare: true } : { bare: true, global });
  const urls = [
    'http://a',
    'http://a/',
    'http://a/b',
    'http://a/b/',
    'http://a?c=d',
    'http://a/b?c=d#e',
    'http://a#b',
    'http://a/b%2F',
  ];
  yield* each('opsgenie', bare('opsgenie'), [
    'message: a',
    'api_key: k',
    'api_key: ""',
    'api_key_file: f',
    'api_key: k\napi_key_file: f',
    'api_key: k\napi_key_file: ""',
    'api_key: k\napi_url: ~',
    ...urls.map((url) => `api_key: k\napi_url: "${url}"`),
    'api_key: k\ndetails: {a: "{{ .Status }}", B: 1, c: ~}',
    'api_key: k\ntags: a,b\nactions: c\nentity: e\nnote: n\npriority: P1\nupdate_alerts: true',
    ...[
      '[]',
      '[{}]',
      '[{id: a}]',
      '[{type: team}]',
      '[{id: a, type: team}]',
      '[{name: a, type: team}]',
      '[{username: a, type: user}]',
      '[{id: "", name: "", username: "", type: user}]',
      '[{id: "{{ .GroupLabels.a }}", type: escalation}]',
      '[{name: a, type: schedule}]',
      '[{name: "a,b", type: teams}]',
      '[{name: a, type: Team}]',
      '[{name: a, type: TEAMS}]',
      '[{name: a, type: group}]',
      '[{name: a, type: "team "}]',
      '[{name: a, type: ""}]',
      '[{name: a, type: ~}]',
      '[{name: a, type: "{{ .GroupLabels.a }}"}]',
      '[{name: a, type: "{{ .GroupLabels.a"}]',
      '[{name: a, type: "{{ toUpper .GroupLabels.a }}"}]',
      '[{name: a, type: "{{ if }}"}]',
      '[{name: a, type: "{{ urlquery .GroupLabels.a }}"}]',
      '[{name: "{{ .GroupLabels.a", type: team}]',
      '[{name: a, type: team, email: b}]',
    ].map((responders) => `api_key: k\nresponders: ${responders}`),
  ]);
  yield* each('victorops', bare('victorops'), [
    'routing_key: r',
    'api_key: k',
    'api_key: k\nrouting_key: r',
    'api_key: k\nrouting_key: ""',
    'api_key_file: f\nrouting_key: r',
    'api_key: k\napi_key_file: f\nrouting_key: r',
    'api_key: k\nrouting_key: r\nmessage_type: ""\nstate_message: ""\nentity_display_name: ~\nmonitoring_tool: ""',
    'api_key: k\nrouting_key: r\nmessage_type: nonsense',
    ...urls.map((url) => `api_key: k\nrouting_key: r\napi_url: "${url}"`),
    ...[
      'routing_key',
      'message_type',
      'state_message',
      'entity_display_name',
      'monitoring_tool',
      'entity_id',
      'entity_state',
      'Entity_id',
      'entity_start_time',
      'constructor',
    ].map((field) => `api_key: k\nrouting_key: r\ncustom_fields: {${field}: a, b: c}`),
  ]);
  for (const [type, own] of [
    ['opsgenie', 'note: n'],
    ['victorops', 'routing_key: r'],
  ] as const) {
    for (const global of [
      `${type}_api_key: g`,
      `${type}_api_key_file: g`,
      `${type}_api_key: ""`,
      `${type}_api_url: http://127.0.0.1/api/`,
    ]) {
      yield* each(`${type} and ${global}`, bare(type, global), [
        own,
        `${own}\napi_key: k`,
        `${own}\napi_key_file: f`,
        `${own}\napi_key: ""`,
        `${own}\napi_key: k\napi_url: http://127.0.0.1/own`,
      ]);
    }
    const needed = `${own}\napi_key: k`;
    yield {
      name: `${type} and a global URL that does not end in a slash`,
      text: withEntry(type, needed, { bare: true, global: `${type}_api_url: http://127.0.0.1/api` }),
      printsDifferently: SLASH,
    };
    yield {
      name: `${type} and a global URL that does not end in a slash and is not used`,
      text: withEntry(type, `${needed}\napi_url: http://127.0.0.1`, {
        bare: true,
        global: `${type}_api_url: http://127.0.0.1/api`,
      }),
    };
  }
  yield* each('pushover', bare('pushover'), [
    'user_key: u',
    'token: t',
    'user_key: u\ntoken: t',
    'user_key_file: u\ntoken_file: t',
    'user_key: u\nuser_key_file: u\ntoken: t',
    'user_key: u\ntoken: t\ntoken_file: t',
    'user_key: ""\nuser_key_file: u\ntoken: t\ntoken_file: ""',
    'user_key: u\ntoken: t\nhtml: true\nmonospace: true',
    'user_key: u\ntoken: t\nhtml: false\nmonospace: true',
    'user_key: u\ntoken: t\nhtml: true\nmonospace: false',
    'user_key: u\ntoken: t\nretry: 90s\nexpire: 3h\nttl: 24h',
    'user_key: u\ntoken: t\nretry: 0\nexpire: ~\nttl: 0s',
    'user_key: u\ntoken: t\nretry: 1.5ms\nexpire: -1h30m',
    'user_key: u\ntoken: t\ntitle: ""\nmessage: ~\nurl: ""\npriority: ""',
    'user_key: u\ntoken: t\npriority: 2',
    'user_key: u\ntoken: t\nurl_title: t\ndevice: d\nsound: s',
  ]);
  const token = 'http_config: {authorization: {credentials: t}}';
  yield* each('webex', bare('webex'), [
    'room_id: r',
    `${token}`,
    `room_id: r\n${token}`,
    `room_id: ""\n${token}`,
    'room_id: r\nhttp_config: {}',
    'room_id: r\nhttp_config: ~',
    'room_id: r\nhttp_config: {bearer_token: t}',
    'room_id: r\nhttp_config: {bearer_token_file: f}',
    'room_id: r\nhttp_config: {basic_auth: {username: t}}',
    'room_id: r\nhttp_config: {authorization: {}}',
    'room_id: r\nhttp_config: {authorization: ~}',
    'room_id: r\nhttp_config: {authorization: {type: Other, credentials_file: f}}',
    'room_id: r\nhttp_config: {oauth2: {client_id: a, token_url: c}}',
    'room_id: r\nhttp_config: {http_headers: {Authorization: {values: [b]}}}',
    ...urls.map((url) => `room_id: r\n${token}\napi_url: "${url}"`),
  ]);
  for (const global of [token, 'webex_api_url: http://127.0.0.1/api']) {
    yield* each(`webex and ${global}`, bare('webex', global), ['room_id: r', `room_id: r\n${token}`]);
  }
}
