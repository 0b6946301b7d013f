// Google Chat: a text or a card through the incoming webhook of a space. All messages of a group are one thread, whose
// key is made of the group's.

import { createHash } from 'node:crypto';
import type { Notification } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { fitAlerts } from './fit.ts';
import { describeError, exchange, failed, type HttpAnswer, jsonRequest, judge } from './http.ts';
import { encodeBody, encodeJson, type Json } from './json.ts';
import type { ReceiverPlugin } from './receiver.ts';
import { fieldsIn } from './said.ts';
import { secretText } from './secrets.ts';
import { type GooglechatSettings, googlechatSchema } from './settings/googlechat.ts';
import { truncateBy, truncateRunes } from './truncate.ts';

export interface GooglechatMessage {
  /** Keys as in Google Chat's API. */
  readonly body: Readonly<Record<string, Json | undefined>>;
  /** '' for none. */
  readonly threadKey: string;
}

/**
 * Bytes of the message with all that it holds, of which the API takes 32,000:
 * https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages/create
 */
const MESSAGE = 31_000;
/** Runes. */
const TITLE = 200;
const LINK = 2000;

export const googlechat: ReceiverPlugin<GooglechatSettings, GooglechatMessage> = {
  type: 'googlechat',
  settings: googlechatSchema,
  // One message a second to one space: https://developers.google.com/workspace/chat/limits
  concurrent: 1,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const text = (template: string) => (template === '' ? '' : templates.text(template, data).trim());
    const title = truncateRunes(text(settings.title), TITLE);
    const rendered = text(settings.link);
    // Half a link leads nowhere.
    const link = rendered.length > LINK ? '' : rendered;
    const limit = MESSAGE - bytes(encodeBody(bodyOf(settings, title, '', link)));
    const message = fitAlerts(
      notification,
      limit,
      (some, enough) => templates.text(settings.message, some, enough).trim(),
      {
        size: (some) => bytes(encodeJson(settings.type === 'card' ? escaped(some) : some)),
      },
    );
    return { body: bodyOf(settings, title, message, link), threadKey: threadKeyOf(notification, settings) };
  },

  renderPlain(notification, settings, _templates, plain) {
    const body = truncateBy(`${plain.title}\n${plain.body}`, MESSAGE, (some) => bytes(encodeJson(some)));
    return { body: { text: body }, threadKey: threadKeyOf(notification, settings) };
  },

  preview: (message) => JSON.parse(encodeBody(threaded(message, message.threadKey))) as unknown,

  async send(message, settings, io) {
    let address: string;
    try {
      address = await secretText(settings.url, settings.url_file, io);
    } catch (error) {
      return failed(describeError(error));
    }
    if (address === '') return failed("the webhook's URL is empty");
    const { url, threadKey } = withThread(address, message.threadKey);
    const request = jsonRequest({ url, body: encodeBody(threaded(message, threadKey)), timeoutMs: settings.timeout });
    const { answer, failure } = await exchange(request, settings.http_config, io);
    if (failure !== undefined) return failure;
    const outcome = judge(answer, io, { describe });
    const large = answer.status === 413 || (answer.status === 400 && /too (?:long|large)|exceeds/i.test(answer.body));
    return !outcome.ok && large ? { ...outcome, tooLarge: true } : outcome;
  },
};

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

/** Text in a card is a little HTML, and what alerts say is none. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function bodyOf(settings: GooglechatSettings, title: string, message: string, link: string): GooglechatMessage['body'] {
  if (settings.type === 'text') {
    return { text: [title === '' ? '' : `*${title}*`, message, link].filter((part) => part !== '').join('\n') };
  }
  const button = { text: 'Open', onClick: { openLink: { url: link } } };
  const widgets: Json[] = [{ textParagraph: { text: escaped(message) } }];
  if (link !== '') widgets.push({ buttonList: { buttons: [button] } });
  const card = { header: title === '' ? undefined : { title }, sections: [{ widgets }] };
  return { cardsV2: [{ cardId: 'tocsin', card }], fallbackText: title === '' ? undefined : title };
}

function threadKeyOf(notification: Notification, settings: GooglechatSettings): string {
  if (!settings.threading) return '';
  return `tocsin-${createHash('sha256').update(notification.groupKey).digest('hex').slice(0, 40)}`;
}

function threaded({ body }: GooglechatMessage, threadKey: string): GooglechatMessage['body'] {
  return threadKey === '' ? body : { ...body, thread: { threadKey } };
}

/** Without that parameter every message begins a thread. An operator who writes one into the URL knows better. */
function withThread(url: string, threadKey: string): { readonly url: string; readonly threadKey: string } {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? '';
  if (threadKey === '' || new URLSearchParams(query).has('threadKey')) return { url, threadKey: '' };
  if (new URLSearchParams(query).has('messageReplyOption')) return { url, threadKey };
  return { url: `${url}${query === '' ? '?' : '&'}messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD`, threadKey };
}

/** Google explains itself as `{"error":{"code":400,"message":"...","status":"INVALID_ARGUMENT"}}`. */
function describe({ body }: HttpAnswer): string {
  const { error } = fieldsIn(body);
  const { status, message } = fieldsIn(JSON.stringify(error) ?? '');
  const words = [status, message].filter((one) => typeof one === 'string');
  return words.length > 0 ? words.join(': ') : body.slice(0, 200).trim();
}
