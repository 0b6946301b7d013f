// Twilio: a text message to each of several numbers. One that Twilio refuses does not cost the others theirs, and a number
// that got its text does not get it again when another number's is tried once more.

import type { Outcome } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { below } from './address.ts';
import { fitAlerts } from './fit.ts';
import { describeError, exchange, failed, type HttpAnswer, judge } from './http.ts';
import type { Failure, ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { fieldsIn } from './said.ts';
import { secretText } from './secrets.ts';
import { type TwilioSettings, twilioSchema } from './settings/twilio.ts';
import { truncateBy } from './truncate.ts';
import { Unfinished } from './unfinished.ts';

export interface TwilioMessage {
  readonly group: string;
  readonly to: readonly string[];
  /** '' where a messaging service chooses the sender. */
  readonly from: string;
  readonly body: string;
}

/** Characters as Twilio counts them, those beyond the first 65,536 of Unicode twice: https://www.twilio.com/docs/api/errors/21617 */
const BODY = 1600;

/** https://www.twilio.com/docs/api/errors: limits, queues that are full, trouble of Twilio's own. */
const limits = new Set([14_107, 20_429, 21_611, 30_001, 63_018]);
const passing = new Set([20_500, 20_503, 20_504]);
const TOO_LONG = new Set([21_605, 21_617, 21_658]);

/** The numbers that have a text already which others still wait for. */
const delivered = new Unfinished<ReadonlySet<string>>();

export const twilio: ReceiverPlugin<TwilioSettings, TwilioMessage> = {
  type: 'twilio',
  settings: twilioSchema,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const text = (template: string) => (template === '' ? '' : templates.text(template, data).trim());
    const body = fitAlerts(
      notification,
      BODY,
      (some, enough) => templates.text(settings.message, some, enough).trim(),
      {
        size: units,
      },
    );
    return { group: notification.groupKey, to: numbersOf(settings, text), from: text(settings.from), body };
  },

  renderPlain(notification, settings, templates, plain) {
    const data = templateData(notification);
    const text = (template: string) => templates.text(template, data).trim();
    // Every 70 to 160 characters cost as much as a message.
    const body = truncateBy(`${plain.title}\n${plain.link}`, BODY, units);
    return { group: notification.groupKey, to: numbersOf(settings, text), from: text(settings.from), body };
  },

  preview: ({ to, from, body }) => ({ to, ...(from === '' ? {} : { from }), body }),

  async send(message, settings, io) {
    let secret: string;
    try {
      secret = await secretOf(settings, io);
    } catch (error) {
      return failed(describeError(error));
    }
    if (secret === '') return failed(`the ${settings.api_key === '' ? 'auth token' : "API key's secret"} is empty`);
    if (message.to.length === 0)
      return failed('there is nobody to send to: to is empty once its templates are executed');
    const identity = JSON.stringify([message.from, message.body]);
    const told = new Set(delivered.recall(settings, message.group, identity, io.now));
    const failures: NumberFailure[] = [];
    await Promise.all(
      message.to
        .filter((number) => !told.has(number))
        .map(async (number) => {
          const outcome = await text(number, message, secret, settings, io);
          if (outcome.ok) told.add(number);
          else failures.push({ number, failure: outcome });
        }),
    );
    const outcome = conclude(message.to, told, failures);
    if (outcome.ok || !outcome.retry) delivered.forget(settings, message.group);
    else delivered.remember(settings, message.group, identity, told, io.now);
    return outcome;
  },
};

interface NumberFailure {
  readonly number: string;
  readonly failure: Failure;
}

function units(text: string): number {
  return text.length;
}

function numbersOf({ to }: TwilioSettings, text: (template: string) => string): readonly string[] {
  const numbers = to.flatMap((entry) => text(entry).split(',')).map((number) => number.trim());
  return [...new Set(numbers.filter((number) => number !== ''))];
}

function secretOf(settings: TwilioSettings, io: ReceiverIO): Promise<string> {
  const { api_key, api_key_secret, api_key_secret_file, auth_token, auth_token_file } = settings;
  return api_key === ''
    ? secretText(auth_token, auth_token_file, io)
    : secretText(api_key_secret, api_key_secret_file, io);
}

async function text(
  number: string,
  { from, body }: TwilioMessage,
  secret: string,
  settings: TwilioSettings,
  io: ReceiverIO,
): Promise<Outcome> {
  const { account_sid, api_key, messaging_service_sid: service } = settings;
  const login = Buffer.from(`${api_key || account_sid}:${secret}`).toString('base64');
  const sender = service === '' ? { From: from } : { MessagingServiceSid: service };
  const { answer, failure } = await exchange(
    {
      method: 'POST',
      url: below(settings.url, `/2010-04-01/Accounts/${encodeURIComponent(account_sid)}/Messages.json`),
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${login}` },
      body: new URLSearchParams({ To: number, ...sender, Body: body }).toString(),
      secrets: [secret],
      timeoutMs: settings.timeout,
    },
    settings.http_config,
    io,
  );
  return failure ?? read(answer, io);
}

/** Twilio explains itself as `{"code":21211,"message":"...","status":400}`. */
function read(answer: HttpAnswer, io: ReceiverIO): Outcome {
  const { code: given, message } = fieldsIn(answer.body);
  const code = typeof given === 'number' ? given : 0;
  const words = typeof message === 'string' ? { describe: () => `${message} (${code})` } : {};
  const status = answer.status < 400 ? answer.status : limits.has(code) ? 429 : passing.has(code) ? 503 : answer.status;
  const outcome = judge({ ...answer, status }, io, words);
  return !outcome.ok && TOO_LONG.has(code) ? { ...outcome, tooLarge: true } : outcome;
}

/**
 * What came of all numbers together: another attempt as long as one is worth it, success with a warning when only some can
 * be reached, failure when nobody can.
 */
function conclude(to: readonly string[], told: ReadonlySet<string>, failures: readonly NumberFailure[]): Outcome {
  // In the order of the configuration, whoever answered first.
  const sorted = [...failures].sort((a, b) => to.indexOf(a.number) - to.indexOf(b.number));
  const words = sorted.map(({ number, failure }) => `${number}: ${failure.message}`).join('; ');
  const worst = sorted.find(({ failure }) => failure.retry)?.failure ?? sorted[0]?.failure;
  if (worst === undefined) return { ok: true };
  if (!worst.retry) {
    if (to.some((number) => told.has(number))) return { ok: true, warning: `no text could be sent to ${words}` };
    return { ...worst, message: words };
  }
  const waits = sorted.map(({ failure }) => failure.retryAfterMs).filter((wait) => wait !== undefined);
  return { ...worst, ...(waits.length === 0 ? {} : { retryAfterMs: Math.max(...waits) }), message: words };
}
