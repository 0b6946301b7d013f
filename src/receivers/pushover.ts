// Pushover: one message to the devices of a user or a group. All of it is in the URL's query, as Alertmanager has it, but
// for texts that make it longer than servers take: those go as a form. An emergency rings until somebody has seen it:
// it is cancelled when what it told of is over, or when another one rings in its place.

import { compareStrings } from '../model/labels.ts';
import type { Notification, Outcome } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { queryEscape } from '../template/func/url.ts';
import type { Templates } from '../template/templates.ts';
import { type Confidential, confidential, reveal } from './confidential.ts';
import { fitAlerts } from './fit.ts';
import { describeError, exchange, failed, type HttpAnswer, type HttpRequest, judge } from './http.ts';
import type { Failure, ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { fieldsIn } from './said.ts';
import { type PushoverSettings, pushoverSchema } from './settings/pushover.ts';
import { truncateRunes } from './truncate.ts';
import { withWarnings } from './warnings.ts';

type Parameters = Readonly<Record<string, string>> & { readonly message: string };

export interface PushoverMessage {
  readonly token: Confidential;
  readonly user: Confidential;
  /** By the names of Pushover's API. */
  readonly parameters: Parameters;
  /** The emergency that rings for the same group, and whether it ends before the message goes out or once it was taken. */
  readonly cancels: { readonly receipt: string; readonly when: 'before' | 'after' } | undefined;
}

/** Fixed in Alertmanager too. */
const API = 'https://api.pushover.net/1';
const ADDRESS = `${API}/messages.json`;

const EMERGENCY = '2';
/** How long a message waits for an emergency to be cancelled: milliseconds. */
const CANCEL_MS = 3000;

/** https://pushover.net/api#limits, in runes. */
const TITLE = 250;
const MESSAGE = 1024;
const LINK = 512;
const LINK_TITLE = 100;

/** What servers take of a request's first line without being told to take more, less some room: bytes. */
const LONGEST_URL = 7000;

/** The last instant that a date can be. */
const LAST = 8.64e15;

export const pushover: ReceiverPlugin<PushoverSettings, PushoverMessage> = {
  type: 'pushover',
  settings: pushoverSchema,
  // https://pushover.net/api#friendly asks for no more than two connections at once.
  concurrent: 2,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const { html } = settings;
    const message = fitAlerts(
      notification,
      MESSAGE,
      (some, enough) => templates[html ? 'html' : 'text'](settings.message, some, enough),
      { note: (line) => (html ? escapeHtml(line) : line) },
    );
    return messageOf(notification, settings, templates, {
      title: truncateRunes(templates.text(settings.title, data), TITLE),
      message,
      url: truncateRunes(templates.text(settings.url, data), LINK),
      url_title: truncateRunes(templates.text(settings.url_title, data), LINK_TITLE),
      priority: templates.text(settings.priority, data),
      ...(html ? { html: '1' } : {}),
      ...(settings.monospace ? { monospace: '1' } : {}),
    });
  },

  renderPlain(notification, settings, templates, plain) {
    const { status } = templateData(notification);
    return messageOf(notification, settings, templates, {
      title: truncateRunes(plain.title, TITLE),
      message: truncateRunes(plain.body, MESSAGE),
      url: truncateRunes(plain.link, LINK),
      url_title: '',
      // What may have failed is what says that this is an emergency.
      priority: templates.text(settings.priority, templateData(notification)) || (status === 'firing' ? '2' : '0'),
    });
  },

  preview: ({ parameters, cancels }) => ({
    ...parameters,
    ...(cancels === undefined ? {} : { cancels: `${cancels.receipt} ${cancels.when} it is sent` }),
  }),

  async send({ token, user, parameters, cancels }, settings, io) {
    let secrets: { token: string; user: string };
    try {
      secrets = { token: await reveal(token, io), user: await reveal(user, io) };
    } catch (error) {
      return failed(describeError(error));
    }
    if (secrets.token === '') return failed('the application token is empty');
    if (secrets.user === '') return failed('the user key is empty');
    const warnings: string[] = [];
    if (cancels?.when === 'before') warnings.push(...(await cancel(cancels.receipt, secrets.token, settings, io)));
    const request = { ...requestOf({ ...secrets, ...parameters }), secrets: Object.values(secrets) };
    const { answer, failure } = await exchange(request, settings.http_config, io);
    if (failure !== undefined) return failure;
    const outcome = judge(answer, io, { describe });
    if (!outcome.ok) return withQuota(outcome, answer);
    const receipt = receiptIn(answer);
    // One that is not known to ring in its place must not silence the other.
    if (cancels?.when === 'after' && receipt !== undefined && receipt !== cancels.receipt) {
      warnings.push(...(await cancel(cancels.receipt, secrets.token, settings, io)));
    }
    return withWarnings({ ok: true, ...(receipt === undefined ? {} : { receipt }) }, warnings);
  },
};

/** https://pushover.net/api/receipts. Answers what went wrong, if anything: no message is kept back by that. */
async function cancel(receipt: string, token: string, settings: PushoverSettings, io: ReceiverIO): Promise<string[]> {
  const request: HttpRequest = {
    method: 'POST',
    url: `${API}/receipts/${encodeURIComponent(receipt)}/cancel.json`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `token=${queryEscape(token)}`,
    secrets: [token],
    timeoutMs: CANCEL_MS,
  };
  const { answer, failure } = await exchange(request, settings.http_config, io);
  const outcome: Outcome = failure ?? judge(answer, io, { describe });
  // Pushover forgets what has long ended by itself.
  if (outcome.ok || (answer !== undefined && /not found/i.test(describe(answer)))) return [];
  return [`the emergency before could not be cancelled, so that it may go on ringing: ${outcome.message}`];
}

/**
 * Pushover says 429 when the messages of the month are used up: no request succeeds before the next month or an upgrade, and
 * it wants none of those repeated (https://pushover.net/api#limits).
 */
function withQuota(failure: Failure, { headers }: HttpAnswer): Failure {
  if (failure.reason !== 'rateLimited' || headers['x-limit-app-remaining'] !== '0') return failure;
  const resetAt = Number(headers['x-limit-app-reset'] ?? Number.NaN) * 1000;
  const until = resetAt > 0 && resetAt < LAST ? ` until ${new Date(resetAt).toISOString()}` : '';
  return { ...failure, retry: false, message: `${failure.message} (the messages of the month are used up${until})` };
}

/** What an emergency that was taken is known by. */
function receiptIn(answer: HttpAnswer): string | undefined {
  const { receipt } = fieldsIn(answer.body);
  return typeof receipt === 'string' && /^[A-Za-z0-9]{1,64}$/.test(receipt) ? receipt : undefined;
}

function messageOf(
  notification: Notification,
  settings: PushoverSettings,
  templates: Templates,
  told: Parameters,
): PushoverMessage {
  const data = templateData(notification);
  const ttl = seconds(settings.ttl);
  return {
    token: confidential('token', settings.token, settings.token_file, templates, data),
    user: confidential('user_key', settings.user_key, settings.user_key_file, templates, data),
    parameters: {
      ...told,
      // Pushover refuses a message without any.
      message: told.message.trim() || '(no details)',
      retry: String(seconds(settings.retry)),
      expire: String(seconds(settings.expire)),
      device: templates.text(settings.device, data),
      sound: templates.text(settings.sound, data),
      ...(ttl > 0 ? { ttl: String(ttl) } : {}),
    },
    cancels: cancelledBy(notification, data.status, told['priority']),
  };
}

/** Nothing is cancelled by what is less urgent, as long as something fires. */
function cancelledBy(
  { receipt }: Notification,
  status: string,
  priority: string | undefined,
): PushoverMessage['cancels'] {
  if (receipt === undefined || receipt === '') return undefined;
  if (status === 'resolved') return { receipt, when: 'before' };
  return priority?.trim() === EMERGENCY ? { receipt, when: 'after' } : undefined;
}

/** Whole seconds of a span in milliseconds. */
function seconds(ms: number): number {
  return Math.trunc(ms / 1000);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function requestOf(parameters: Readonly<Record<string, string>>): HttpRequest {
  const pairs = Object.entries(parameters).map(([name, value]) => `${queryEscape(name)}=${queryEscape(value)}`);
  const query = pairs.sort(compareStrings).join('&');
  return ADDRESS.length + query.length < LONGEST_URL
    ? { method: 'POST', url: `${ADDRESS}?${query}`, headers: { 'content-type': 'text/plain' } }
    : { method: 'POST', url: ADDRESS, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: query };
}

/** What Pushover says is wrong, or else what it says. */
function describe(answer: HttpAnswer): string {
  const { errors } = fieldsIn(answer.body);
  return (Array.isArray(errors) && errors.length > 0 ? errors.map(String).join('; ') : answer.body.trim()).slice(
    0,
    400,
  );
}
