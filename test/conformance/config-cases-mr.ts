// Mattermost and Rocket.Chat: keys that exclude each other, what an entry takes over from `global:`, and what is nested.

import { type ConfigCase, each, withEntry } from './config-frames.ts';

export function* mrCases(): Generator<ConfigCase> {
  const mattermost = (body: string) => withEntry('mattermost', body);
  yield* each('mattermost', mattermost, [
    'webhook_url_file: f',
    'fields: [{title: a, value: b}]',
    'fields: [{title: a, value: b, short: true}]',
    'fields: [{title: a, value: b, short: false}]',
    'fields: [{title: a, value: b, short: ~}]',
    'fields: [{title: a}]',
    'fields: [{value: a}]',
    'fields: [{title: a, value: b, long: true}]',
    'fields: [{}]',
    'attachments: [{}]',
    'attachments: [{text: a, fields: [{title: a, value: b}]}, {title: c}]',
    'attachments: [{text: a, fields: [{title: a}]}]',
    'attachments: [{text: a, actions: []}]',
    'attachments:\n- {fallback: a, color: b, pretext: c, text: d, author_name: e, author_link: f, author_icon: g, title: h}\n- {title_link: i, thumb_url: j, footer: k, footer_icon: l, image_url: m}',
    'props: {card: a}',
    'props: {card: ""}',
    'props: {cards: a}',
    'priority: {priority: urgent, requested_ack: true, persistent_notifications: true}',
    'priority: {priority: nonsense}',
    'priority: {requested_ack: true}',
    'priority: {priority: urgent, requested_ack: false}',
    'priority: {priority: urgent, requested_ack: maybe}',
    "type: '{{ .Status }}'\nicon_url: a\nicon_emoji: b\nchannel: c\nusername: ''",
    "text: '{{ .Nonsense'",
    'http_config: {basic_auth: {username: a}}',
  ]);
  const rocketchat = (body: string) => withEntry('rocketchat', body);
  yield* each('rocketchat', rocketchat, [
    'fields: [{title: a, value: b}]',
    'fields: [{title: a, value: b, short: true}]',
    'fields: [{short: false}]',
    'fields: [{}]',
    'fields: [{title: a, values: b}]',
    'actions: [{}]',
    'actions: [{type: a, text: b, url: c, msg: d}]',
    'actions: [{imageurl: a, iswebview: true, webviewheightratio: b, msginchatwindow: yes, msgprocessingtype: sendMessage}]',
    'actions: [{image_url: a}]',
    'actions: [{is_webview: true}]',
    'api_url: http://a\nchannel: c\nlink_names: true\nshort_fields: true',
    'api_url: http://a/sub/path/?q=1',
    'color: ""\nemoji: ""\nicon_url: ""',
    'http_config: {authorization: {credentials: b}}',
  ]);
  const bare = (type: string, global?: string) => (body: string) =>
    withEntry(type, body, global === undefined ? { bare: true } : { bare: true, global });
  yield* each('mattermost', bare('mattermost'), [
    'channel: a',
    'webhook_url: http://a\nwebhook_url_file: f',
    'webhook_url_file: ""',
  ]);
  for (const global of ['mattermost_webhook_url: http://g', 'mattermost_webhook_url_file: g']) {
    yield* each(`mattermost and ${global}`, bare('mattermost', global), [
      'channel: a',
      'webhook_url: http://a',
      'webhook_url_file: f',
      'webhook_url: http://a\nwebhook_url_file: f',
    ]);
  }
  yield* each('rocketchat', bare('rocketchat'), [
    'channel: a',
    'token: a',
    'token_id: a',
    'token: a\ntoken_id: b',
    'token_file: a\ntoken_id_file: b',
    'token: a\ntoken_file: b\ntoken_id: c',
    'token: a\ntoken_id: b\ntoken_id_file: c',
  ]);
  for (const global of [
    'rocketchat_token: g\nrocketchat_token_id: i',
    'rocketchat_token_file: g\nrocketchat_token_id_file: i',
    'rocketchat_token: g',
    'rocketchat_token_id: i',
    'rocketchat_api_url: http://r/\nrocketchat_token: g\nrocketchat_token_id_file: i',
  ]) {
    yield* each(`rocketchat and ${global.replaceAll('\n', ' | ')}`, bare('rocketchat', global), [
      'channel: a',
      'token: a',
      'token_file: a',
      'token_id: a',
      'token_id_file: a',
      'api_url: http://a\ntoken: a\ntoken_id: b',
    ]);
  }
}
