// Keys that exclude each other, need each other, or stand in for each other: Telegram, WeChat and Microsoft Teams.

import { type ConfigCase, each, withEntry } from './config-frames.ts';

export function* twmCases(): Generator<ConfigCase> {
  const bare = (type: string, global?: string) => (body: string) =>
    withEntry(type, body, global === undefined ? { bare: true } : { bare: true, global });
  yield* each('telegram', bare('telegram'), [
    'chat_id: 1',
    'bot_token: t',
    'bot_token: t\nchat_id: 0',
    'bot_token: t\nchat_id: ~',
    'bot_token: t\nchat_id_file: f',
    'bot_token: t\nchat_id: 1\nchat_id_file: f',
    'bot_token: t\nchat_id: 0\nchat_id_file: f',
    'bot_token_file: t\nchat_id: 1',
    'bot_token: t\nbot_token_file: t\nchat_id: 1',
    'bot_token: t\nchat_id: "1"',
    'bot_token: t\nchat_id: "@channel"',
    'bot_token: t\nchat_id: -4503599627370496',
    'bot_token: t\nchat_id: 1\nmessage_thread_id: -7',
    'bot_token: t\nchat_id: 1\nmessage_thread_id: 1.9',
    'bot_token: t\nchat_id: 1\napi_url: http://127.0.0.1',
    'bot_token: t\nchat_id: 1\napi_url: ~',
    ...['HTML', 'Markdown', 'MarkdownV2', '""', '~', 'html', 'MarkdownV3', 'None'].map(
      (mode) => `bot_token: t\nchat_id: 1\nparse_mode: ${mode}`,
    ),
  ]);
  for (const global of [
    'telegram_bot_token: g',
    'telegram_bot_token_file: g',
    'telegram_bot_token: ""',
    'telegram_api_url: http://127.0.0.1/api',
  ]) {
    yield* each(`telegram and ${global}`, bare('telegram', global), [
      'chat_id: 1',
      'bot_token: t\nchat_id: 1',
      'bot_token_file: f\nchat_id: 1',
      'bot_token: ""\nchat_id: 1',
      'api_url: http://127.0.0.1/own\nchat_id: 1',
    ]);
  }
  yield* each('wechat', bare('wechat'), [
    'corp_id: c',
    'api_secret: s',
    'api_secret: s\ncorp_id: c',
    'api_secret_file: f\ncorp_id: c',
    'api_secret: s\napi_secret_file: f\ncorp_id: c',
    ...['text', 'markdown', '""', '~', 'Text', 'markdown_v2', 'news', '"text "'].map(
      (type) => `api_secret: s\ncorp_id: c\nmessage_type: ${type}`,
    ),
    ...['http://a', 'http://a/', 'http://a/b', 'http://a/b/', 'http://a?c=d', 'http://a/b?c=d#e', 'http://a#b'].map(
      (url) => `api_secret: s\ncorp_id: c\napi_url: "${url}"`,
    ),
    'api_secret: s\ncorp_id: c\napi_url: http://a/b%2F',
    'api_secret: s\ncorp_id: c\nagent_id: 1000002\nto_user: "@all"',
  ]);
  for (const global of [
    'wechat_api_secret: g',
    'wechat_api_secret_file: g',
    'wechat_api_corp_id: g',
    'wechat_api_secret: g\nwechat_api_corp_id: g\nwechat_api_url: http://127.0.0.1/cgi/',
  ]) {
    yield* each(`wechat and ${global.replaceAll('\n', ' | ')}`, bare('wechat', global), [
      'message: a',
      'api_secret: s',
      'api_secret_file: f',
      'corp_id: c',
      'corp_id: ""',
      'api_url: http://127.0.0.1/own',
    ]);
  }
  yield {
    name: 'wechat and a global URL that does not end in a slash',
    text: withEntry('wechat', 'message: a', { global: 'wechat_api_url: http://127.0.0.1/cgi' }),
    printsDifferently: 'Alertmanager adds the slash in `global` too, where nobody wrote it',
  };
  for (const type of ['msteams', 'msteamsv2']) {
    yield* each(type, bare(type), [
      'title: a',
      'webhook_url: ""',
      'webhook_url_file: f',
      'webhook_url: http://a\nwebhook_url_file: f',
      'webhook_url: http://a\nwebhook_url_file: ""',
      'webhook_url: ~\nwebhook_url_file: f',
      'webhook_url: http://a\nsummary: s',
    ]);
    yield* each(`${type} and a global proxy`, bare(type, 'http_config: {proxy_url: "http://p:1"}'), [
      'webhook_url: http://a',
      'webhook_url: http://a\nhttp_config: {proxy_url: "http://q:1"}',
      'webhook_url: http://a\nhttp_config: {no_proxy: b}',
      'webhook_url: http://a\nhttp_config: {proxy_connect_header: {A: [b]}}',
    ]);
    for (const http of ['{follow_redirects: false}', '{proxy_from_environment: true}', '{}']) {
      const text = withEntry(type, `http_config: ${http}`, { global: 'http_config: {proxy_url: "http://p:1"}' });
      const name = `${type} and a global proxy | ${http}`;
      yield type === 'msteams'
        ? { name, text }
        : { name, text, printsDifferently: 'from 0.34 on an http_config without a proxy has the global one' };
    }
  }
}
