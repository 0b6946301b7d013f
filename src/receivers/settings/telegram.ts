// The keys of an entry of `telegram_configs`.

import {
  bool,
  type Finding,
  file,
  inheritedSection,
  integer,
  type Schema,
  secret,
  template,
  text,
  url,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import type { GlobalSettings } from './global.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { atMostOne, isSet } from './tls.ts';

/**
 * Absent strings are '', absent secrets `undefined`, absent ids 0. Exactly one of `bot_token` and `bot_token_file` is set,
 * and one of `chat_id` and `chat_id_file`.
 */
export interface TelegramSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly api_url: string;
  readonly bot_token: Secret | undefined;
  readonly bot_token_file: string;
  readonly chat_id: number;
  readonly chat_id_file: string;
  readonly message_thread_id: number;
  readonly message: string;
  readonly disable_notifications: boolean;
  /** `HTML`, `Markdown`, `MarkdownV2`, or '' for a text without markup. */
  readonly parse_mode: string;
}

export const telegramSchema: Schema<TelegramSettings> = {
  title: 'Telegram receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    api_url: url({ global: 'telegram_api_url', always: true }),
    bot_token: secret(),
    bot_token_file: file(),
    chat_id: integer(),
    chat_id_file: file(),
    message_thread_id: integer(),
    message: template({ default: '{{ template "telegram.default.message" . }}' }),
    disable_notifications: bool(),
    parse_mode: text({ default: 'HTML' }),
  },
  check: (given) => [
    ...atMostOne(given, ['bot_token', 'bot_token_file']),
    ...(given.chat_id === 0 && given.chat_id_file === ''
      ? [{ keys: ['chat_id', 'chat_id_file'], message: 'there is no chat to write to: add chat_id or chat_id_file' }]
      : []),
    ...atMostOne(given, ['chat_id', 'chat_id_file']),
    ...(['', 'Markdown', 'MarkdownV2', 'HTML'].includes(given.parse_mode)
      ? []
      : [{ keys: ['parse_mode'], message: 'write HTML, MarkdownV2 or Markdown, or "" for a text without markup' }]),
  ],
  complete: completeTelegram,
};

/** The two keys of the token stand in for each other, so that they are inherited together. */
function completeTelegram(inherited: TelegramSettings, _given: Partial<TelegramSettings>, globals: GlobalSettings) {
  if (isSet(inherited.bot_token) || inherited.bot_token_file !== '') return { settings: inherited, findings: [] };
  const { telegram_bot_token: bot_token, telegram_bot_token_file: bot_token_file } = globals;
  const findings: Finding[] = isSet(bot_token) || bot_token_file !== '' ? [] : [noToken];
  return { settings: { ...inherited, bot_token, bot_token_file }, findings };
}

const noToken: Finding = {
  keys: ['bot_token', 'bot_token_file'],
  message:
    'there is no bot token: add bot_token or bot_token_file here, or telegram_bot_token or telegram_bot_token_file to global',
};
