// What the two ways into Microsoft Teams have in common, the old connectors and the workflows: how large a message may
// be, and what their answers mean.

import type { Notification, Outcome } from '../model/notification.ts';
import { fitAlerts, type Render } from './fit.ts';
import { describeError, exchange, failed, type HttpAnswer, jsonRequest, judge } from './http.ts';
import { encodeBody, encodeJson, type Json } from './json.ts';
import type { ReceiverIO } from './receiver.ts';
import { fieldsIn } from './said.ts';
import { secretText } from './secrets.ts';
import type { MsteamsSettings } from './settings/msteams.ts';
import { truncateBy } from './truncate.ts';

/** https://learn.microsoft.com/en-us/microsoftteams/limits-specifications-teams: 28 KB, in bytes of the request's body. */
const BODY = 28_000;
/** What a title may have of it at most. */
const TITLE = 7000;

/**
 * A text in Markdown that fits into a message. A workflow answers before it knows whether Teams takes the message, so that
 * nobody would learn of one that is too large.
 */
export function fitMessage(notification: Notification, render: Render, messageWith: (text: string) => Json): string {
  return fitAlerts(notification, BODY, render, {
    size: (text) => Buffer.byteLength(encodeBody(messageWith(text))),
    // A line break alone does not show.
    note: (line) => `\n${line}`,
  });
}

/** A title that leaves room for the text. */
export function fitTitle(title: string): string {
  return truncateBy(title, TITLE, (some) => Buffer.byteLength(encodeJson(some)));
}

/** A plain text whose lines stay lines in Markdown. */
export function linesInMarkdown(text: string): string {
  return text.replaceAll('\n', '\n\n');
}

/** One attempt at a webhook. */
export async function postMessage(
  message: Json,
  settings: Pick<MsteamsSettings, 'webhook_url' | 'webhook_url_file' | 'http_config'>,
  io: ReceiverIO,
): Promise<Outcome> {
  let url: string;
  try {
    url = await secretText(settings.webhook_url, settings.webhook_url_file, io);
  } catch (error) {
    return failed(describeError(error));
  }
  const request = jsonRequest({ url, body: encodeBody(message) });
  const { answer, failure } = await exchange(request, settings.http_config, io);
  if (failure !== undefined) return failure;
  const status = statusOf(answer);
  const words = complaintIn(answer.body);
  const outcome = judge({ ...answer, status }, io, words === undefined ? {} : { describe: () => words });
  return outcome.ok || status !== 413 ? outcome : { ...outcome, tooLarge: true };
}

/**
 * A connector says in the text of a 200 that Teams did not take the message
 * (https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using#rate-limiting-for-connectors).
 */
function statusOf({ status, body }: HttpAnswer): number {
  if (status < 200 || status >= 300) return status;
  const told = /endpoint returned HTTP error (\d{3})/.exec(body);
  if (told !== null) return Math.max(400, Number(told[1]));
  return /^\s*Webhook message delivery failed/.test(body) ? 500 : status;
}

/** A workflow explains itself in JSON. */
function complaintIn(body: string): string | undefined {
  const { error } = fieldsIn(body);
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message }: { code?: unknown; message?: unknown } = error;
  return [code, message].filter((part) => typeof part === 'string').join(': ');
}
