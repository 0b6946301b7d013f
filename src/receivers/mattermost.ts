// Mattermost: attachments as Slack has them, posted to an incoming webhook, with a card and a priority of Mattermost's own.

import type { Notification, Outcome } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import type { Templates } from '../template/templates.ts';
import { inChannel } from './channel.ts';
import { fitAlerts } from './fit.ts';
import { describeError, exchange, failed, type HttpAnswer, jsonRequest, judge } from './http.ts';
import { encodeBody, encodeJson, type Json, orNone } from './json.ts';
import type { ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { secretText } from './secrets.ts';
import {
  type MattermostAttachment,
  type MattermostPriority,
  type MattermostSettings,
  mattermostSchema,
} from './settings/mattermost.ts';

export interface MattermostMessage {
  /** Keys as in Mattermost's API. */
  readonly body: { readonly channel?: string | undefined; readonly [key: string]: Json | undefined };
  /** What is asked for and does not go together: told with the outcome. */
  readonly warnings: readonly string[];
}

/** https://developers.mattermost.com/integrate/webhooks/incoming/#tips-and-best-practices, in runes. */
const TEXT = 16_383;
/** Bytes: a server's own limit for a request is 300,000 unless its administrator says otherwise. */
const BODY = 290_000;

/** How Mattermost says that a message is too large: https://github.com/mattermost/mattermost, server/i18n. */
const TOO_LARGE = /split_props_length|unable to fit webhook|too large/i;

export const mattermost: ReceiverPlugin<MattermostSettings, MattermostMessage> = {
  type: 'mattermost',
  settings: mattermostSchema,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const text = (template: string) => (template === '' ? '' : templates.text(template, data));
    const listed = settings.attachments.length > 0;
    const given = listed ? settings.attachments : [settings];
    const { priority, warnings } = priorityOf(settings.priority, text);
    const card = text(settings.props?.card ?? '');
    // The body is made up to three times, with what stands beside the texts always the same.
    const attachments = given.map((one) => attachmentOf(one, text));
    const body = {
      // With attachments of their own the text is the message's; otherwise it is the only attachment's.
      text: listed
        ? orNone(fitAlerts(notification, TEXT, (some, enough) => templates.text(settings.text, some, enough)))
        : undefined,
      channel: orNone(text(settings.channel)),
      username: orNone(text(settings.username)),
      icon_url: orNone(text(settings.icon_url)),
      icon_emoji: orNone(text(settings.icon_emoji)),
    };
    const rest = {
      type: orNone(text(settings.type)),
      props: (settings.props?.card ?? '') === '' ? undefined : { card: orNone(card) },
      priority,
    };
    const bodyWith = (texts: readonly string[]) => ({
      ...body,
      attachments: attachments.map((attachment, i) => attachment(texts[i] ?? '')),
      ...rest,
    });
    return { body: bodyWith(textsOf(notification, given, templates, bodyWith)), warnings };
  },

  renderPlain(notification, settings, templates, plain) {
    const data = templateData(notification);
    const attachment = {
      fallback: plain.title,
      color: data.status === 'firing' ? 'danger' : 'good',
      text: plain.body,
      title: plain.title,
      title_link: plain.link,
    };
    const channel = orNone(templates.text(settings.channel, data));
    return { body: { channel, attachments: [attachment] }, warnings: [] };
  },

  preview: ({ body }) => JSON.parse(encodeBody(body)) as unknown,

  async send(message, settings, io) {
    let url: string;
    try {
      url = await secretText(settings.webhook_url, settings.webhook_url_file, io);
    } catch (error) {
      return failed(describeError(error));
    }
    if (url === '') return failed('the webhook URL is empty');
    return post(message, url, settings, io);
  },
};

/** The attachments' texts. Where a server would refuse the message for its size each of them tells of fewer alerts. */
function textsOf(
  notification: Notification,
  given: readonly MattermostAttachment[],
  templates: Templates,
  bodyWith: (texts: readonly string[]) => Json,
): readonly string[] {
  const data = templateData(notification);
  const whole = given.map((one) => templates.text(one.text, data, BODY));
  if (Buffer.byteLength(encodeBody(bodyWith(whole))) <= BODY) return whole;
  const rest = Buffer.byteLength(encodeBody(bodyWith([])));
  const limit = Math.floor(Math.max(0, BODY - rest) / given.length);
  return given.map((one) =>
    fitAlerts(notification, limit, (some, enough) => templates.text(one.text, some, enough), {
      size: (some) => Buffer.byteLength(encodeJson(some)),
    }),
  );
}

/** The attachment by its text. */
function attachmentOf(given: MattermostAttachment, text: (template: string) => string): (body: string) => Json {
  const member = (key: Exclude<keyof MattermostAttachment, 'fields' | 'text'>) => orNone(text(given[key]));
  const fields = given.fields.map((field) => ({
    title: orNone(text(field.title)),
    value: orNone(text(field.value)),
    short: field.short,
  }));
  const before = { fallback: member('fallback'), color: member('color'), pretext: member('pretext') };
  const after = {
    author_name: member('author_name'),
    author_link: member('author_link'),
    author_icon: member('author_icon'),
    title: member('title'),
    title_link: member('title_link'),
    fields: fields.length === 0 ? undefined : fields,
    thumb_url: member('thumb_url'),
    footer: member('footer'),
    footer_icon: member('footer_icon'),
    image_url: member('image_url'),
  };
  return (body) => ({ ...before, text: orNone(body), ...after });
}

/** Mattermost refuses a message whose priority it does not know, or that asks for more than its priority allows. */
function priorityOf(
  given: MattermostPriority | undefined,
  text: (template: string) => string,
): { priority: Json | undefined; warnings: string[] } {
  if (given === undefined || given.priority === '') return { priority: undefined, warnings: [] };
  const warnings: string[] = [];
  const asked = text(given.priority);
  let priority = asked.toLowerCase();
  if (!['urgent', 'important', 'standard'].includes(priority)) {
    warnings.push(`there is no priority ${JSON.stringify(asked)}: standard was sent`);
    priority = 'standard';
  }
  let { requested_ack, persistent_notifications } = given;
  if (requested_ack && priority === 'standard') {
    warnings.push('requested_ack was left out: it needs the priority important or urgent');
    requested_ack = false;
  }
  if (persistent_notifications && priority !== 'urgent') {
    warnings.push('persistent_notifications was left out: it needs the priority urgent');
    persistent_notifications = false;
  }
  const flags = {
    requested_ack: requested_ack || undefined,
    persistent_notifications: persistent_notifications || undefined,
  };
  return { priority: { priority, ...flags }, warnings };
}

async function post(
  { body, warnings }: MattermostMessage,
  url: string,
  settings: MattermostSettings,
  io: ReceiverIO,
): Promise<Outcome> {
  const { answer, failure } = await exchange(jsonRequest({ url, body: encodeBody(body) }), settings.http_config, io);
  const outcome = failure ?? judge(answer, io, { describe, tooLarge: TOO_LARGE });
  if (!outcome.ok) return inChannel(outcome, body.channel);
  return warnings.length === 0 ? outcome : { ...outcome, warning: warnings.join('; ') };
}

/** Mattermost explains itself in JSON: a message, and at times details that say more. */
function describe(answer: HttpAnswer): string {
  try {
    const parsed: unknown = JSON.parse(answer.body);
    const { message, detailed_error } = { message: '', detailed_error: '', ...(parsed as object) };
    const told = [message, detailed_error].filter((part) => typeof part === 'string' && part !== '').join(': ');
    if (told !== '') return told.slice(0, 400);
  } catch {
    // Something before it, such as a proxy, spoke.
  }
  return answer.body.trim().replace(/\s+/g, ' ').slice(0, 400);
}
