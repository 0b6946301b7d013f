// Webex: one message in Markdown in one room, posted by a bot, whose access token is the authorization of its `http_config`.

import { templateData } from '../template/data.ts';
import { fitAlerts } from './fit.ts';
import { exchange, jsonRequest, judge, retryAfter } from './http.ts';
import { encodeBody, orNone } from './json.ts';
import type { Failure, ReceiverPlugin } from './receiver.ts';
import { type WebexSettings, webexSchema } from './settings/webex.ts';
import { truncateBytes } from './truncate.ts';

/** The body of the request: keys as in Webex's API. */
export interface WebexMessage {
  readonly markdown: string;
  readonly roomId: string | undefined;
}

/** https://developer.webex.com/docs/api/v1/messages/create-a-message, in bytes. */
const MARKDOWN = 7439;

/** Webex encrypts messages, and counts what comes of it as well. */
const TOO_LARGE = /message length limited/i;

/** The room is not available for the moment: https://developer.webex.com/docs/basics. */
const LOCKED = 423;

export const webex: ReceiverPlugin<WebexSettings, WebexMessage> = {
  type: 'webex',
  settings: webexSchema,

  render: (notification, settings, templates) => ({
    markdown: fitAlerts(notification, MARKDOWN, (some, enough) => templates.text(settings.message, some, enough), {
      size: (text) => Buffer.byteLength(text),
    }),
    roomId: orNone(templates.text(settings.room_id, templateData(notification))),
  }),

  renderPlain: (notification, settings, templates, plain) => ({
    markdown: truncateBytes(`${plain.title}\n\n${plain.body}`, MARKDOWN),
    roomId: orNone(templates.text(settings.room_id, templateData(notification))),
  }),

  preview: (message) => JSON.parse(encodeBody({ ...message })) as unknown,

  async send(message, settings, io) {
    const request = jsonRequest({ url: settings.api_url, body: encodeBody({ ...message }) });
    const { answer, failure } = await exchange(request, settings.http_config, io);
    if (failure !== undefined) return failure;
    const outcome = judge(answer, io, { tooLarge: TOO_LARGE });
    return outcome.ok || answer.status !== LOCKED
      ? outcome
      : later(outcome, retryAfter(answer.headers['retry-after'], io.now));
  },
};

function later(failure: Failure, retryAfterMs: number | undefined): Failure {
  return { ...failure, retry: true, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
