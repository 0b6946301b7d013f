// Rocket.Chat: one attachment by the REST API's chat.postMessage, as the user whose token it is.

import { posix } from 'node:path';
import type { Outcome } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { inChannel } from './channel.ts';
import { describeError, exchange, failed, type HttpAnswer, judge } from './http.ts';
import { encodeBody, type Json, orNone } from './json.ts';
import type { ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { secretText } from './secrets.ts';
import { type RocketchatAction, type RocketchatSettings, rocketchatSchema } from './settings/rocketchat.ts';
import { truncateRunes } from './truncate.ts';

export interface RocketchatMessage {
  /** Keys as in Rocket.Chat's API. */
  readonly body: { readonly channel?: string | undefined; readonly [key: string]: Json | undefined };
}

/** In runes. */
const TITLE = 1024;

export const rocketchat: ReceiverPlugin<RocketchatSettings, RocketchatMessage> = {
  type: 'rocketchat',
  settings: rocketchatSchema,
  // Ten messages a minute is what a server allows unless its administrator says otherwise.
  concurrent: 1,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const text = (template: string) => (template === '' ? '' : templates.text(template, data));
    const fields = settings.fields.map((field) => ({
      short: field.short ?? settings.short_fields,
      title: orNone(text(field.title)),
      value: orNone(text(field.value)),
    }));
    const actions = settings.actions.map((action) => actionOf(action, text));
    const attachment = {
      title: orNone(truncateRunes(text(settings.title), TITLE)),
      title_link: orNone(text(settings.title_link)),
      text: orNone(text(settings.text)),
      image_url: orNone(text(settings.image_url)),
      thumb_url: orNone(text(settings.thumb_url)),
      color: orNone(text(settings.color)),
      fields: fields.length === 0 ? undefined : fields,
      actions: actions.length === 0 ? undefined : actions,
    };
    return {
      body: {
        channel: orNone(text(settings.channel)),
        emoji: orNone(text(settings.emoji)),
        avatar: orNone(text(settings.icon_url)),
        attachments: [attachment],
      },
    };
  },

  renderPlain(notification, settings, templates, plain) {
    const data = templateData(notification);
    const attachment = {
      title: plain.title,
      title_link: plain.link,
      text: plain.body,
      color: data.status === 'firing' ? 'red' : 'green',
    };
    return { body: { channel: orNone(templates.text(settings.channel, data)), attachments: [attachment] } };
  },

  preview: ({ body }) => JSON.parse(encodeBody(body)) as unknown,

  async send({ body }, settings, io) {
    let token: string;
    let id: string;
    try {
      token = await tokenOf('token', settings, io);
      id = await tokenOf('token_id', settings, io);
    } catch (error) {
      return failed(describeError(error));
    }
    const outcome = await post(body, settings, token, id, io);
    return outcome.ok ? outcome : inChannel(outcome, body.channel);
  },
};

/** Buttons are all that is there, whatever the type says, and a link or a text is all that they carry. */
function actionOf(action: RocketchatAction, text: (template: string) => string): Json {
  return {
    type: 'button',
    text: orNone(text(action.text)),
    url: orNone(text(action.url)),
    is_webview: false,
    msg: orNone(text(action.msg)),
    msg_in_chat_window: false,
  };
}

/** A file goes before what stands in the configuration: see the settings. */
async function tokenOf(key: 'token' | 'token_id', settings: RocketchatSettings, io: ReceiverIO): Promise<string> {
  const file = settings[`${key}_file`];
  return secretText(file === '' ? settings[key] : undefined, file, io);
}

async function post(
  body: RocketchatMessage['body'],
  settings: RocketchatSettings,
  token: string,
  id: string,
  io: ReceiverIO,
): Promise<Outcome> {
  const { answer, failure } = await exchange(
    {
      method: 'POST',
      url: apiUrl(settings.api_url),
      headers: { 'content-type': 'application/json', 'x-auth-token': token, 'x-user-id': id },
      body: encodeBody(body),
      secrets: [token, id],
    },
    settings.http_config,
    io,
  );
  if (failure !== undefined) return failure;
  const reply = replyOf(answer);
  const verdict = judge(answer, io, { describe: () => reply.error });
  if (!verdict.ok) return limited(tooLarge(verdict, reply.error), answer);
  if (reply.success) return withHold(answer);
  if (reply.broken) return failed('Rocket.Chat answered with something that is no JSON', 'clientError', true);
  return tooLarge(failed(answer.clean(`Rocket.Chat refused the message: ${reply.error}`), 'clientError'), reply.error);
}

/** The API below that URL, which may have a path of its own. */
function apiUrl(base: string): string {
  const url = new URL(base);
  url.pathname = posix.join('/', url.pathname, 'api/v1/chat.postMessage');
  return url.href;
}

interface Reply {
  readonly success: boolean;
  readonly broken: boolean;
  /** What it says is wrong. */
  readonly error: string;
}

/** Rocket.Chat may say no with status 200. Errors stand in `error`, those of its login in `message`. */
function replyOf({ body }: HttpAnswer): Reply {
  try {
    const parsed: unknown = JSON.parse(body);
    const { success, error, message } = { success: false, error: '', message: '', ...(parsed as object) };
    const told = [error, message].find((part) => typeof part === 'string' && part !== '') ?? '';
    return { success: success === true, broken: false, error: told.slice(0, 400) };
  } catch {
    return { success: false, broken: true, error: body.trim().replace(/\s+/g, ' ').slice(0, 400) };
  }
}

type Failed = Extract<Outcome, { readonly ok: false }>;

function tooLarge(failure: Failed, error: string): Failed {
  return error.includes('error-message-size-exceeded') ? { ...failure, tooLarge: true } : failure;
}

/** Rocket.Chat tells when its window begins anew in a header of its own. */
function limited(failure: Failed, answer: HttpAnswer): Failed {
  const wait = failure.reason === 'rateLimited' ? (failure.retryAfterMs ?? untilReset(answer)) : undefined;
  return wait === undefined ? failure : { ...failure, retryAfterMs: wait };
}

function withHold(answer: HttpAnswer): Outcome {
  const wait = answer.headers['x-ratelimit-remaining'] === '0' ? untilReset(answer) : undefined;
  return wait === undefined ? { ok: true } : { ok: true, holdMs: wait };
}

/** By the server's own clock, which tells whole seconds only. */
function untilReset({ headers }: HttpAnswer): number | undefined {
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  const now = typeof headers['date'] === 'string' ? Date.parse(headers['date']) : Number.NaN;
  const wait = reset - now;
  return Number.isFinite(wait) && wait > 0 ? wait : undefined;
}
