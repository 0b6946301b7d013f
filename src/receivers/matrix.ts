// Matrix: an event in a room, in plain text and in HTML. The id of the transaction stays the same for all attempts to tell
// one thing, so that a homeserver that took an event whose answer was lost does not show it twice.

import { createHash } from 'node:crypto';
import type { Outcome } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { below } from './address.ts';
import { fitAlerts, type Render } from './fit.ts';
import { describeError, exchange, failed, type HttpAnswer, type HttpRequest, judge } from './http.ts';
import { encodeBody } from './json.ts';
import type { ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { fieldsIn } from './said.ts';
import { secretText } from './secrets.ts';
import { type MatrixSettings, matrixSchema } from './settings/matrix.ts';
import { truncateBy } from './truncate.ts';
import { Unfinished } from './unfinished.ts';

export interface MatrixMessage {
  /** A room's id or alias. */
  readonly room: string;
  readonly group: string;
  readonly body: string;
  /** '' for none. */
  readonly html: string;
}

/**
 * Bytes as they count in an event, which may have 65,536 of them with all that the homeserver adds:
 * https://spec.matrix.org/latest/client-server-api/#size-limits
 */
const BODY = 16_000;
const HTML = 44_000;

/** The transactions of events that may or may not have arrived. */
const transactions = new Unfinished<string>();
/** Rooms' ids by their aliases, for as long as the settings are in force: aliases hardly ever move. */
const rooms = new WeakMap<MatrixSettings, Map<string, string>>();
/** Aliases come out of templates: no more than that are known. */
const ALIASES = 100;

export const matrix: ReceiverPlugin<MatrixSettings, MatrixMessage> = {
  type: 'matrix',
  settings: matrixSchema,
  // Homeservers count a user's messages, and let through about one in five seconds once a few have been sent.
  concurrent: 1,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const note = (line: string) => `<p>${escapeHtml(line)}</p>`;
    const render: Render = (some, enough) => templates.html(settings.html, some, enough).trim();
    const html = settings.html === '' ? '' : fitAlerts(notification, HTML, render, { size: bytes, note });
    return {
      room: templates.text(settings.room_id, data).trim(),
      group: notification.groupKey,
      body: fitAlerts(notification, BODY, (some, enough) => templates.text(settings.message, some, enough).trim(), {
        size: bytes,
      }),
      // What had to be cut in the middle is broken; the plain text has it all the same.
      html: html.endsWith('…') ? '' : html,
    };
  },

  renderPlain(notification, settings, templates, plain) {
    const room = templates.text(settings.room_id, templateData(notification)).trim();
    const body = truncateBy(`${plain.title}\n${plain.body}`, BODY, bytes);
    return { room, group: notification.groupKey, body, html: '' };
  },

  preview: ({ room, body, html }) => ({ room, body, ...(html === '' ? {} : { formatted_body: html }) }),

  async send(message, settings, io) {
    let token: string;
    try {
      token = await secretText(settings.access_token, settings.access_token_file, io);
    } catch (error) {
      return failed(describeError(error));
    }
    if (token === '') return failed('the access token is empty');
    const found = await roomOf(message.room, token, settings, io);
    return found.ok ? deliver(message, found.room, token, settings, io) : found;
  },
};

/** What the text takes in an event, without the quotes around it. */
function bytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The id of the room, asked for where only an alias is known. */
async function roomOf(
  room: string,
  token: string,
  settings: MatrixSettings,
  io: ReceiverIO,
): Promise<{ readonly ok: true; readonly room: string } | Extract<Outcome, { ok: false }>> {
  if (room === '') return failed('the room is empty once its template is executed');
  if (!room.startsWith('#')) return { ok: true, room };
  const known = rooms.get(settings) ?? new Map<string, string>();
  rooms.set(settings, known);
  const id = known.get(room);
  if (id !== undefined) return { ok: true, room: id };
  const path = `/_matrix/client/v3/directory/room/${encodeURIComponent(room)}`;
  const { answer, failure } = await ask(
    { method: 'GET', url: below(settings.homeserver_url, path) },
    token,
    settings,
    io,
  );
  if (failure !== undefined) return failure;
  const outcome = read(answer, io);
  if (!outcome.ok) return { ...outcome, message: `room ${room}: ${outcome.message}` };
  const { room_id } = fieldsIn(answer.body);
  if (typeof room_id !== 'string' || room_id === '') return failed(`room ${room}: the homeserver names no room`);
  if (known.size >= ALIASES) known.clear();
  known.set(room, room_id);
  return { ok: true, room: room_id };
}

async function deliver(
  message: MatrixMessage,
  room: string,
  token: string,
  settings: MatrixSettings,
  io: ReceiverIO,
): Promise<Outcome> {
  const { group, body: text, html } = message;
  const formatted = html === '' ? {} : { format: 'org.matrix.custom.html', formatted_body: html };
  const body = encodeBody({ msgtype: settings.msgtype, body: text, ...formatted });
  const key = JSON.stringify([room, group]);
  const id = transactions.recall(settings, key, body, io.now) ?? transactionOf(key, body, io.now);
  transactions.remember(settings, key, body, id, io.now);
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${id}`;
  const request: HttpRequest = {
    method: 'PUT',
    url: below(settings.homeserver_url, path),
    headers: { 'content-type': 'application/json' },
    body,
  };
  const { answer, failure } = await ask(request, token, settings, io);
  if (failure !== undefined) return failure;
  const outcome = read(answer, io);
  if (outcome.ok || !outcome.retry) transactions.forget(settings, key);
  // The alias may have moved to another room.
  if (!outcome.ok && !outcome.retry) rooms.delete(settings);
  return outcome;
}

/** Known from the group, the text and when it was first tried: a repetition of it is another event. */
function transactionOf(key: string, body: string, now: number): string {
  return `tocsin-${createHash('sha256').update(`${key}\n${body}\n${now}`).digest('hex').slice(0, 40)}`;
}

function ask(request: HttpRequest, token: string, settings: MatrixSettings, io: ReceiverIO) {
  const headers = { ...request.headers, authorization: `Bearer ${token}` };
  return exchange({ ...request, headers, timeoutMs: settings.timeout }, settings.http_config, io);
}

/** Errors are `{"errcode":"M_FORBIDDEN","error":"..."}`: https://spec.matrix.org/latest/client-server-api/#standard-error-response */
function read(answer: HttpAnswer, io: ReceiverIO): Outcome {
  const { errcode, error, retry_after_ms: wait } = fieldsIn(answer.body);
  const words = [errcode, error].filter((one) => typeof one === 'string').join(': ');
  const status = errcode === 'M_LIMIT_EXCEEDED' ? 429 : answer.status;
  const outcome = judge({ ...answer, status }, io, words === '' ? {} : { describe: () => words });
  if (outcome.ok) return outcome;
  return {
    ...outcome,
    // Where homeservers say so in both places, the header is the newer one.
    ...(outcome.retryAfterMs === undefined && outcome.retry && typeof wait === 'number' && wait >= 0
      ? { retryAfterMs: Math.ceil(wait) }
      : {}),
    ...(errcode === 'M_TOO_LARGE' || answer.status === 413 ? { tooLarge: true } : {}),
  };
}
