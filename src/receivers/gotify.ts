// Gotify: a message of an application on a server of one's own, as Markdown unless it is to be plain.

import { type TemplateData, templateData } from '../template/data.ts';
import { below } from './address.ts';
import { fitAlerts } from './fit.ts';
import { describeError, exchange, failed, type HttpAnswer, judge } from './http.ts';
import { encodeBody, type Json, orNone } from './json.ts';
import type { ReceiverPlugin } from './receiver.ts';
import { fieldsIn } from './said.ts';
import { secretText } from './secrets.ts';
import { type GotifySettings, gotifySchema } from './settings/gotify.ts';
import { renderTree } from './tree.ts';
import { truncateBytes, truncateRunes } from './truncate.ts';
import { withWarnings } from './warnings.ts';

export interface GotifyMessage {
  /** Keys as in Gotify's API. */
  readonly body: Readonly<Record<string, Json | undefined>>;
  readonly warnings: readonly string[];
}

/** Bytes. Gotify names no limit, but keeps messages in a column that holds no more where its database is MySQL. */
const MESSAGE = 65_535;
/** Runes; no client shows more. */
const TITLE = 250;

export const gotify: ReceiverPlugin<GotifySettings, GotifyMessage> = {
  type: 'gotify',
  settings: gotifySchema,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const text = (template: string) => (template === '' ? '' : templates.text(template, data).trim());
    const message = fitAlerts(
      notification,
      MESSAGE,
      (some, enough) => templates.text(settings.message, some, enough).trim(),
      {
        size: Buffer.byteLength,
        // A paragraph of its own: it is no part of the list before it.
        note: (line) => (settings.markdown ? `\n${line}` : line),
      },
    );
    const { priority, warnings } = priorityOf(text(settings.priority));
    const extras = withExtras(
      ownExtras(settings.markdown, text(settings.click)),
      settings.extras === undefined ? null : renderTree(settings.extras, (template) => templates.text(template, data)),
    );
    const title = orNone(truncateRunes(text(settings.title), TITLE));
    return { body: { title, message: message || saysNothing(data), priority, extras }, warnings };
  },

  renderPlain(notification, _settings, _templates, plain) {
    const priority = templateData(notification).status === 'firing' ? 8 : 4;
    const message = truncateBytes(plain.body, MESSAGE);
    return { body: { title: plain.title, message, priority, extras: ownExtras(false, plain.link) }, warnings: [] };
  },

  preview: ({ body }) => JSON.parse(encodeBody(body)) as unknown,

  async send({ body, warnings }, settings, io) {
    let token: string;
    try {
      token = await secretText(settings.token, settings.token_file, io);
    } catch (error) {
      return failed(describeError(error));
    }
    if (token === '') return failed('the application token is empty');
    const { answer, failure } = await exchange(
      {
        method: 'POST',
        url: below(settings.url, '/message'),
        headers: { 'content-type': 'application/json', 'x-gotify-key': token },
        body: encodeBody(body),
        secrets: [token],
        timeoutMs: settings.timeout,
      },
      settings.http_config,
      io,
    );
    if (failure !== undefined) return failure;
    const outcome = judge(answer, io, { describe });
    if (!outcome.ok && answer.status === 413) return { ...outcome, tooLarge: true };
    return withWarnings(outcome, warnings);
  },
};

/** Gotify refuses a message without text. */
function saysNothing(data: TemplateData): string {
  return data.status;
}

function priorityOf(text: string): { priority: number | undefined; warnings: readonly string[] } {
  if (text === '') return { priority: undefined, warnings: [] };
  if (/^-?\d{1,9}$/.test(text)) return { priority: Number(text), warnings: [] };
  const warning = `the priority ${JSON.stringify(text)} is no whole number, so that it was sent with the application's`;
  return { priority: undefined, warnings: [warning] };
}

type Extras = ReadonlyMap<string, Json>;

/** https://gotify.net/docs/msgextras */
function ownExtras(markdown: boolean, click: string): Extras {
  const contentType = markdown ? 'text/markdown' : 'text/plain';
  const extras = new Map<string, Json>([['client::display', new Map([['contentType', contentType]])]]);
  if (click !== '') extras.set('client::notification', new Map([['click', new Map([['url', click]])]]));
  return extras;
}

/** Both, namespace by namespace: what the operator writes counts. */
function withExtras(own: Extras, more: Json): Extras {
  const merged = new Map(own);
  for (const [namespace, value] of asMap(more)) {
    const before = asMap(merged.get(namespace) ?? null);
    merged.set(namespace, value instanceof Map ? new Map([...before, ...asMap(value)]) : value);
  }
  return merged;
}

function asMap(value: Json): Extras {
  return value instanceof Map ? value : new Map<string, Json>();
}

/** Gotify explains itself as `{"error":"Unauthorized","errorCode":401,"errorDescription":"..."}`. */
function describe({ body }: HttpAnswer): string {
  const { errorDescription, error } = fieldsIn(body);
  const words = [error, errorDescription].filter((one) => typeof one === 'string');
  return words.length > 0 ? words.join(': ') : body.slice(0, 200).trim();
}
