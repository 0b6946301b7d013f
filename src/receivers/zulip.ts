// Zulip: a message of a bot, to a topic of a channel or to people. The topic is made of the group's labels, so that what is
// told of a group stays together.

import type { Outcome } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { below } from './address.ts';
import { fitAlerts } from './fit.ts';
import { describeError, exchange, failed, type HttpAnswer, judge } from './http.ts';
import type { ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { fieldsIn } from './said.ts';
import { secretText } from './secrets.ts';
import { type ZulipSettings, zulipSchema } from './settings/zulip.ts';
import { truncateRunes } from './truncate.ts';

/** The fields of the form: names as in Zulip's API. */
export interface ZulipMessage {
  readonly type: 'stream' | 'direct';
  readonly to: string;
  /** Not there in messages to people. */
  readonly topic?: string;
  readonly content: string;
}

/** Runes: Zulip's defaults for topics and messages, which few servers change. Zulip would cut silently. */
const TOPIC = 60;
const CONTENT = 10_000;

export const zulip: ReceiverPlugin<ZulipSettings, ZulipMessage> = {
  type: 'zulip',
  settings: zulipSchema,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const content = fitAlerts(
      notification,
      CONTENT,
      (some, enough) => templates.text(settings.content, some, enough).trim(),
      {
        // A paragraph of its own: it is no part of the list before it.
        note: (line) => `\n${line}`,
      },
    );
    return messageOf(settings, (template) => templates.text(template, data).trim(), content);
  },

  renderPlain(notification, settings, templates, plain) {
    const data = templateData(notification);
    const content = truncateRunes(`**${plain.title}**\n${plain.body}`, CONTENT);
    return messageOf(settings, (template) => templates.text(template, data).trim(), content);
  },

  preview: (message) => ({ ...message }),

  async send(message, settings, io) {
    let key: string;
    try {
      key = await secretText(settings.api_key, settings.api_key_file, io);
    } catch (error) {
      return failed(describeError(error));
    }
    if (key === '') return failed('the API key is empty');
    if (message.to === '') return failed('there is nobody to send to: to is empty once its template is executed');
    const login = Buffer.from(`${settings.bot_email}:${key}`).toString('base64');
    const { answer, failure } = await exchange(
      {
        method: 'POST',
        url: below(settings.url, '/api/v1/messages'),
        headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${login}` },
        body: new URLSearchParams({ ...message }).toString(),
        secrets: [key],
        timeoutMs: settings.timeout,
      },
      settings.http_config,
      io,
    );
    return failure ?? read(answer, io);
  },
};

function messageOf(settings: ZulipSettings, text: (template: string) => string, content: string): ZulipMessage {
  const to = text(settings.to);
  if (settings.type === 'direct') return { type: 'direct', to: peopleIn(to), content };
  return { type: 'stream', to, topic: truncateRunes(text(settings.topic), TOPIC), content };
}

/** A list of addresses or of ids, as Zulip wants it; '' for nobody. */
function peopleIn(text: string): string {
  const people = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (people.length === 0) return '';
  const ids = people.every((one) => /^\d{1,15}$/.test(one));
  return JSON.stringify(ids ? people.map(Number) : people);
}

/** Zulip answers `{"result":"success",...}` or `{"result":"error","msg":"...","code":"..."}`. */
function read(answer: HttpAnswer, io: ReceiverIO): Outcome {
  const { result, msg, code, 'retry-after': wait } = fieldsIn(answer.body);
  const limited = code === 'RATE_LIMIT_HIT';
  const words = [code, msg].filter((one) => typeof one === 'string').join(': ');
  const outcome = judge(
    limited ? { ...answer, status: 429 } : answer,
    io,
    words === '' ? {} : { describe: () => words },
  );
  if (outcome.ok) {
    if (result === 'success') return outcome;
    const said = answer.clean(words || answer.body.slice(0, 200).trim());
    return failed(
      `the answer is not that of a Zulip that took the message: ${said}`,
      'clientError',
      result !== 'error',
    );
  }
  if (outcome.retryAfterMs !== undefined || typeof wait !== 'number' || wait < 0) return outcome;
  return outcome.retry ? { ...outcome, retryAfterMs: Math.ceil(wait * 1000) } : outcome;
}
