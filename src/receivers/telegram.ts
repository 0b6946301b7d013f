// Telegram: one message of a bot in one chat. What Telegram says about a refusal can be mended on the spot in two cases:
// markup that it cannot parse goes out as it stands, and a group that has got another id is written to by that.

import type { Outcome } from '../model/notification.ts';
import { fitAlerts } from './fit.ts';
import { describeError, exchange, failed, type HttpAnswer, jsonRequest, judge } from './http.ts';
import { encodeBody, orNone } from './json.ts';
import type { ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { fieldsIn } from './said.ts';
import { secretText } from './secrets.ts';
import { type TelegramSettings, telegramSchema } from './settings/telegram.ts';
import { truncateRunes } from './truncate.ts';

/** The body of the request: keys as in Telegram's API, all of them texts as Alertmanager has them. */
export interface TelegramMessage {
  /** Missing when it stands in a file. */
  readonly chat_id: string | undefined;
  readonly disable_notification: string | undefined;
  readonly disable_web_page_preview: string;
  readonly message_thread_id: string | undefined;
  readonly parse_mode: string | undefined;
  readonly text: string;
}

/** https://core.telegram.org/bots/api#sendmessage, in runes. */
const TEXT = 4096;

/** In words of the Bot API, or those of what is behind it, which come through at times: https://core.telegram.org/api/errors. */
const TOO_LARGE = /message is too long|MESSAGE_TOO_LONG/i;
/** Markup that is none, or too much of it: a message may have a hundred links and other pieces of it. */
const UNPARSABLE = /can't parse|can't find end|entities[ _]too[ _]long|ENTITY_\w*INVALID/i;

export const telegram: ReceiverPlugin<TelegramSettings, TelegramMessage> = {
  type: 'telegram',
  settings: telegramSchema,
  // About one message a second to one chat: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
  concurrent: 1,

  render(notification, settings, templates) {
    const mode = settings.parse_mode;
    const text = fitAlerts(
      notification,
      TEXT,
      (some, enough) => templates[mode === 'HTML' ? 'html' : 'text'](settings.message, some, enough),
      { note: (line) => escapeFor(mode, line) },
    );
    return messageOf(settings, text, mode);
  },

  renderPlain: (_notification, settings, _templates, plain) =>
    messageOf(settings, truncateRunes(`${plain.title}\n${plain.body}`, TEXT), ''),

  preview: (message) => JSON.parse(encodeBody({ ...message })) as unknown,

  async send(message, settings, io) {
    let token: string;
    let chat: string;
    try {
      token = await secretText(settings.bot_token, settings.bot_token_file, io);
      chat = message.chat_id ?? chatFrom(await io.readFile(settings.chat_id_file), settings.chat_id_file);
    } catch (error) {
      return failed(describeError(error));
    }
    if (token === '') return failed('the bot token is empty');
    return deliver({ ...message, chat_id: chat }, token, settings, io);
  },
};

function messageOf(settings: TelegramSettings, text: string, mode: string): TelegramMessage {
  return {
    chat_id: settings.chat_id === 0 ? undefined : String(settings.chat_id),
    disable_notification: settings.disable_notifications ? 'true' : undefined,
    disable_web_page_preview: 'true',
    message_thread_id: settings.message_thread_id === 0 ? undefined : String(settings.message_thread_id),
    parse_mode: orNone(mode),
    text,
  };
}

/** A text without markup of its own, as it must be written among markup. */
function escapeFor(mode: string, text: string): string {
  switch (mode) {
    case 'HTML':
      return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    case 'MarkdownV2':
      return text.replace(/[\\_*[\]()~`>#+\-=|{}.!]/g, '\\$&');
    case 'Markdown':
      return text.replace(/[_*`[]/g, '\\$&');
    default:
      return text;
  }
}

function chatFrom(text: string, file: string): string {
  const id = text.trim();
  if (!/^[+-]?\d+$/.test(id)) throw new Error(`there is no chat id in ${file}: it must hold a number`);
  return String(BigInt(id.replace('+', '')));
}

/** What Telegram's answer means, and what of the message it would take in another form. */
interface Reading {
  readonly outcome: Outcome;
  readonly unparsable?: boolean;
  /** The id that the chat has by now. */
  readonly movedTo?: string;
}

async function deliver(
  first: TelegramMessage,
  token: string,
  settings: TelegramSettings,
  io: ReceiverIO,
): Promise<Outcome> {
  const url = `${settings.api_url}/bot${token}/sendMessage`;
  const warnings: string[] = [];
  let message = first;
  for (;;) {
    const request = jsonRequest({ url, body: encodeBody({ ...message }), secrets: [token] });
    const { answer, failure } = await exchange(request, settings.http_config, io);
    if (failure !== undefined) return failure;
    const { outcome, unparsable, movedTo } = read(answer, io);
    if (outcome.ok) return warnings.length === 0 ? outcome : { ok: true, warning: warnings.join('; ') };
    // A refused message was shown to nobody, so that none is sent twice; each of the two is tried once.
    if (unparsable === true && message.parse_mode !== undefined) {
      warnings.push(`Telegram could not parse the markup, so that the text was sent as it stands: ${outcome.message}`);
      message = { ...message, parse_mode: undefined };
    } else if (movedTo !== undefined && message.chat_id === first.chat_id) {
      warnings.push(`the group has become a supergroup: set chat_id to ${movedTo}`);
      message = { ...message, chat_id: movedTo };
    } else {
      return outcome;
    }
  }
}

function read(answer: HttpAnswer, io: ReceiverIO): Reading {
  const { ok, error_code, description, parameters } = fieldsIn(answer.body);
  const received = answer.status >= 200 && answer.status < 300;
  if (received && ok === true) return { outcome: { ok: true } };
  if (ok !== false) {
    return { outcome: received ? failed('the answer is not one of Telegram', 'other', true) : judge(answer, io) };
  }
  // The body says the same as the status, but where something between us and Telegram has lost that.
  const status = typeof error_code === 'number' && error_code >= 300 ? error_code : received ? 400 : answer.status;
  const words = typeof description === 'string' ? description : '';
  const outcome = judge({ ...answer, status }, io, { describe: () => words });
  const { retry_after, migrate_to_chat_id } = parametersOf(parameters);
  return {
    outcome: {
      ...outcome,
      ...(typeof retry_after === 'number' && retry_after >= 0 ? { retryAfterMs: Math.ceil(retry_after * 1000) } : {}),
      ...(TOO_LARGE.test(words) ? { tooLarge: true } : {}),
    },
    unparsable: status === 400 && UNPARSABLE.test(words),
    ...(typeof migrate_to_chat_id === 'number' ? { movedTo: String(migrate_to_chat_id) } : {}),
  };
}

function parametersOf(parameters: unknown): { readonly retry_after?: unknown; readonly migrate_to_chat_id?: unknown } {
  return typeof parameters === 'object' && parameters !== null ? parameters : {};
}
