// Slack: an attachment posted to an incoming webhook, or as an app, whose messages can be updated in place. Slack's own
// packages are not used: they send forms where Alertmanager sends JSON, and what else they do, http.ts does for all.

import type { Notification, Outcome } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { inChannel } from './channel.ts';
import { fitAlerts } from './fit.ts';
import { describeError, exchange, failed, type HttpAnswer, jsonRequest, judge } from './http.ts';
import { encodeBody, type Json, orNone } from './json.ts';
import type { ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { secretText } from './secrets.ts';
import { type SlackAction, type SlackField, type SlackSettings, slackSchema } from './settings/slack.ts';
import { truncateRunes } from './truncate.ts';

export interface SlackMessage {
  /** The body of a new message: keys as in Slack's API. */
  readonly body: { readonly channel?: string | undefined; readonly [key: string]: Json | undefined };
  /** The message that is to be updated instead. */
  readonly known: { readonly channel: string; readonly ts: string } | undefined;
}

/** https://api.slack.com/reference/messaging/attachments#legacy_fields, in runes. */
const TITLE = 1024;
/** What Slack takes for a text of many lines, for one beside others, and for the number of those, in runes. */
const TEXT = 12_000;
const SHORT_TEXT = 3_000;
const FIELDS = 40;

/** Answers of the API that another attempt may mend. */
const passing = new Set([
  'fatal_error',
  'internal_error',
  'org_login_required',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);
const rateLimits = new Set(['rate_limited', 'ratelimited', 'message_limit_exceeded']);
/** How Slack says that a message is too large: by its API in `error`, by webhooks in the body. */
const TOO_LARGE = /\b(?:msg_too_long|msg_blocks_too_long|too_many_attachments|attachment_payload_limit_exceeded)\b/;
/** What it says of an attachment with a text that is too long, among other things: of a long message it is taken for that. */
const TOO_LARGE_IF_LONG = new RegExp(`${TOO_LARGE.source}|\\binvalid_attachments\\b`);
/** Answers to an update that say that there is no such message to be updated, or no longer. */
const gone = new Set(['cant_update_message', 'channel_not_found', 'edit_window_closed', 'message_not_found']);

export const slack: ReceiverPlugin<SlackSettings, SlackMessage> = {
  type: 'slack',
  settings: slackSchema,
  // One message a second to a channel, says Slack.
  concurrent: 1,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const text = (template: string) => (template === '' ? '' : templates.text(template, data));
    const fitting = (template: string, limit: number) =>
      template === '' ? '' : fitAlerts(notification, limit, (some, enough) => templates.text(template, some, enough));
    const attachment = {
      title: orNone(truncateRunes(text(settings.title), TITLE)),
      title_link: orNone(text(settings.title_link)),
      pretext: orNone(fitting(settings.pretext, SHORT_TEXT)),
      text: fitting(settings.text, TEXT),
      fallback: fitting(settings.fallback, SHORT_TEXT),
      callback_id: text(settings.callback_id),
      fields: someOf(settings.fields.slice(0, FIELDS), (field) => renderField(field, settings, text, fitting)),
      actions: someOf(settings.actions, (action) => renderAction(action, text)),
      image_url: orNone(text(settings.image_url)),
      thumb_url: orNone(text(settings.thumb_url)),
      footer: text(settings.footer),
      color: orNone(text(settings.color)),
      mrkdwn_in: settings.mrkdwn_in.length === 0 ? ['fallback', 'pretext', 'text'] : settings.mrkdwn_in,
    };
    return messageOf(notification, settings, {
      channel: orNone(text(settings.channel)),
      username: orNone(text(settings.username)),
      icon_emoji: orNone(text(settings.icon_emoji)),
      icon_url: orNone(text(settings.icon_url)),
      link_names: settings.link_names || undefined,
      text: orNone(fitting(settings.message_text, TEXT)),
      attachments: [attachment],
    });
  },

  renderPlain(notification, settings, templates, plain) {
    const data = templateData(notification);
    return messageOf(notification, settings, {
      channel: orNone(templates.text(settings.channel, data)),
      attachments: [
        {
          title: plain.title,
          title_link: plain.link,
          text: plain.body,
          fallback: plain.title,
          callback_id: '',
          footer: '',
          color: data.status === 'firing' ? 'danger' : 'good',
        },
      ],
    });
  },

  preview: ({ body, known }) => JSON.parse(encodeBody(known === undefined ? body : updated(body, known))) as unknown,

  async send({ body, known }, settings, io) {
    let url: string;
    try {
      url = await secretText(settings.api_url, settings.api_url_file, io);
    } catch (error) {
      return failed(describeError(error));
    }
    if (known !== undefined) {
      const update = url.replace(/chat\.postMessage$/, 'chat.update');
      const { outcome, error } = await post(update, updated(body, known), settings, io);
      // Somebody deleted the message: what it would have said must be said all the same.
      if (outcome.ok || !gone.has(error)) return outcome;
    }
    return (await post(url, body, settings, io)).outcome;
  },
};

function renderField(
  field: SlackField,
  settings: SlackSettings,
  text: (template: string) => string,
  fitting: (template: string, limit: number) => string,
): Json {
  const short = field.short ?? settings.short_fields;
  return { title: orNone(text(field.title)), value: orNone(fitting(field.value, SHORT_TEXT)), short };
}

function renderAction(action: SlackAction, text: (template: string) => string): Json {
  const { confirm } = action;
  return {
    type: orNone(text(action.type)),
    text: orNone(text(action.text)),
    url: orNone(text(action.url)),
    style: orNone(text(action.style)),
    name: orNone(text(action.name)),
    value: orNone(text(action.value)),
    confirm:
      confirm === undefined
        ? undefined
        : {
            text: orNone(text(confirm.text)),
            title: orNone(text(confirm.title)),
            ok_text: orNone(text(confirm.ok_text)),
            dismiss_text: orNone(text(confirm.dismiss_text)),
          },
  };
}

function someOf<T>(items: readonly T[], render: (item: T) => Json): Json | undefined {
  return items.length === 0 ? undefined : items.map(render);
}

/** The receipt of a message is `channel:ts`. */
function messageOf(notification: Notification, settings: SlackSettings, body: SlackMessage['body']): SlackMessage {
  const [, channel, ts] = /^([^:]+):(.+)$/.exec(notification.receipt ?? '') ?? [];
  const update = settings.update_message && channel !== undefined && ts !== undefined;
  return { body, known: update ? { channel, ts } : undefined };
}

/** The body that updates a message. It names the channel by its id: Slack knows it by no other name here. */
function updated(
  body: SlackMessage['body'],
  known: { readonly channel: string; readonly ts: string },
): SlackMessage['body'] {
  const { channel: _, ...rest } = body;
  return { channel: known.channel, ts: known.ts, ...rest };
}

/** One request, and the word that the API has for what went wrong. */
async function post(
  url: string,
  body: SlackMessage['body'],
  settings: SlackSettings,
  io: ReceiverIO,
): Promise<{ outcome: Outcome; error: string }> {
  const text = encodeBody(body);
  const tooLarge = text.length > SHORT_TEXT ? TOO_LARGE_IF_LONG : TOO_LARGE;
  const request = jsonRequest({ url, body: text, timeoutMs: settings.timeout });
  const { answer, failure } = await exchange(request, settings.http_config, io);
  if (failure !== undefined) return { outcome: inChannel(failure, body.channel), error: '' };
  const verdict = judge(answer, io, { tooLarge });
  if (!verdict.ok) return { outcome: inChannel(verdict, body.channel), error: '' };
  const { outcome, error } = read(answer, settings);
  if (outcome.ok) return { outcome, error };
  const refused = tooLarge.test(error) ? { ...outcome, tooLarge: true as const } : outcome;
  return { outcome: inChannel(refused, body.channel), error };
}

function read(answer: HttpAnswer, settings: SlackSettings): { outcome: Outcome; error: string } {
  const type = answer.headers['content-type'];
  if (typeof type !== 'string' || !type.startsWith('application/json')) {
    // An incoming webhook says just this, and explains itself in text when it cannot.
    if (answer.body === 'ok') return { outcome: { ok: true }, error: '' };
    return refusal(answer, answer.body.slice(0, 200));
  }
  const fields = parse(answer.body);
  if (fields === undefined)
    return { outcome: failed('Slack answered with broken JSON', 'clientError', true), error: '' };
  if (fields['ok'] !== true) return refusal(answer, textOf(fields['error']));
  const channel = textOf(fields['channel']);
  const ts = textOf(fields['ts']);
  const receipt = settings.update_message && channel !== '' && ts !== '' ? { receipt: `${channel}:${ts}` } : {};
  return { outcome: { ok: true, ...receipt }, error: '' };
}

/** Slack said no with status 200. */
function refusal(answer: HttpAnswer, error: string): { outcome: Outcome; error: string } {
  const limited = rateLimits.has(error);
  const message = answer.clean(`Slack refused the message: ${error}`);
  return { outcome: failed(message, limited ? 'rateLimited' : 'clientError', limited || passing.has(error)), error };
}

function parse(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
