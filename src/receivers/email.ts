// Email: what the mail says is rendered here, and what may go wrong before the mail server is spoken to is decided here.
// nodemailer, loaded when it is first needed, builds the MIME message and speaks SMTP (smtp.ts).

import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Notification } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { escapeHtml } from '../template/func/builtins.ts';
import type { Templates } from '../template/templates.ts';
import { deadlineOf } from './deadline.ts';
import { type Render, tellOfFewer } from './fit.ts';
import { describeError, failed } from './http.ts';
import { composeMail, parseAddresses } from './mail.ts';
import type { ReceiverPlugin } from './receiver.ts';
import { type EmailSettings, emailSchema } from './settings/email.ts';
import { deliver } from './smtp.ts';
import { Unfinished } from './unfinished.ts';

export interface EmailMessage {
  /** The group that it is about, and what it tells of it: the text is another one at each attempt ("for 5 minutes"). */
  readonly group: string;
  readonly news: string;
  /** One address, with or without a name. */
  readonly from: string;
  /** Addresses separated by commas: who gets the mail, whatever the header `To` says. */
  readonly to: string;
  /** Names as they are written in mails; values before any encoding. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** '' for none. */
  readonly text: string;
  readonly html: string;
}

/** A mail that has not reached everybody, or perhaps nobody. */
interface Begun {
  /** Its Message-Id: whoever gets it twice, because a server took it and did not say so, can tell. */
  readonly id: string;
  readonly since: number;
  readonly reached: ReadonlySet<string>;
}

/**
 * Characters: a part that would have more tells of fewer alerts, and then has no more than the second number. Few servers take
 * so much, and nobody reads it; templates come to an end of their own a little beyond.
 */
const LARGE = 15_000_000;
const FEWER = 1_000_000;

/** For so long, in milliseconds, those whom the server refuses for now keep the mail from counting as sent. */
const PATIENCE_MS = 600_000;

const begun = new Unfinished<Begun>();

const SUBJECT = '{{ template "email.default.subject" . }}';

export const email: ReceiverPlugin<EmailSettings, EmailMessage> = {
  type: 'email',
  settings: emailSchema,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const text = (template: string) => (template === '' ? '' : templates.text(template, data));
    const templated = Object.entries({ Subject: SUBJECT, To: settings.to, From: settings.from, ...settings.headers });
    return {
      group: notification.groupKey,
      news: newsOf(notification),
      from: text(settings.from),
      to: text(settings.to),
      headers: [
        ...templated.map(([name, template]): [string, string] => [name, text(template)]),
        ...threadHeaders(notification, settings),
      ],
      text: settings.text === '' ? '' : fitText(notification, templates, settings.text),
      html: settings.html === '' ? '' : fitHtml(notification, templates, settings.html),
    };
  },

  renderPlain(notification, settings, templates, plain) {
    const data = templateData(notification);
    const from = templates.text(settings.from, data);
    const to = templates.text(settings.to, data);
    const headers: EmailMessage['headers'] = [
      ['Subject', plain.title],
      ['To', to],
      ['From', from],
    ];
    const group = notification.groupKey;
    return {
      group,
      news: newsOf(notification),
      from,
      to,
      headers: [...headers, ...threadHeaders(notification, settings)],
      text: plain.body,
      html: '',
    };
  },

  preview: ({ from, to, headers, text, html }) => ({
    from,
    to,
    headers: headers.map(([n, v]) => `${n}: ${v}`),
    text,
    html,
  }),

  async send(message, settings, io) {
    const from = await parseAddresses(message.from);
    const to = await parseAddresses(message.to);
    if (from?.length !== 1) return failed(`${JSON.stringify(message.from)} is not one address to send from`);
    if (to === undefined) return failed(`${JSON.stringify(message.to)} is no list of addresses to send to`);
    const deadline = deadlineOf(io.signal, 0);
    const { group, news } = message;
    const { id, since, reached } = begun.recall(settings, group, news, io.now) ?? newMail(io.now);
    const now = new Set(reached);
    try {
      const mail = await composeMail(message, io.now, id);
      const outcome = await deliver({ from: from[0] ?? '', to, mail }, settings, io, deadline, now);
      if (outcome.ok || !outcome.retry || outcome.tooLarge === true) begun.forget(settings, group);
      else if (now.size > 0 && io.now - since >= PATIENCE_MS) {
        begun.forget(settings, group);
        return { ok: true, warning: outcome.message };
      } else begun.remember(settings, group, news, { id, since, reached: now }, io.now);
      return outcome.ok || now.size === 0 ? outcome : { ...outcome, maybeTold: true };
    } catch (error) {
      // A file that is being replaced is there the next time.
      return failed(describeError(error), 'other', true);
    }
  },

  load: async () => {
    await composeMail({ group: '', news: '', from: '', to: '', headers: [], text: '', html: '' }, 0, newMail(0).id);
  },
};

function newsOf({ alerts }: Notification): string {
  return JSON.stringify(alerts.map(({ fingerprint, status, startsAt }) => [fingerprint, status, startsAt]));
}

function newMail(now: number): Begun {
  return { id: `<${now}.${randomUUID()}@${hostname()}>`, since: now, reached: new Set() };
}

/**
 * What puts all mails of a group into one thread, or into one a day. The root is the id of a mail that does not exist, the
 * same as Alertmanager's, so that threads go on when one takes over from the other; the day is UTC's.
 */
function threadHeaders(notification: Notification, settings: EmailSettings): [string, string][] {
  const { enabled, thread_by_date: by } = settings.threading;
  if (!enabled) return [];
  const hash = createHash('sha256').update(notification.groupKey).digest('hex').slice(0, 16);
  const day = by === 'none' ? '' : new Date(notification.at).toISOString().slice(0, 10);
  const root = `<alert-${hash}-${day}@alertmanager>`;
  return [
    ['References', root],
    ['In-Reply-To', root],
  ];
}

function fitText(notification: Notification, templates: Templates, template: string): string {
  return fitPart(
    notification,
    (some, enough) => templates.text(template, some, enough),
    (line) => line,
  );
}

/** What there is beyond is said within the document, where that has an end. */
function fitHtml(notification: Notification, templates: Templates, template: string): string {
  const { length } = notification.alerts;
  let end = '';
  const render: Render = (some, enough) => {
    const html = templates.html(template, some, enough);
    const at = some.alerts.length < length ? html.lastIndexOf('</body>') : -1;
    end = at < 0 ? '' : html.slice(at);
    return at < 0 ? html : html.slice(0, at);
  };
  return fitPart(notification, render, (line) => `<p>${escapeHtml(line)}</p>\n${end}`);
}

function fitPart(notification: Notification, render: Render, note: (line: string) => string): string {
  const data = templateData(notification);
  const whole = render(data, LARGE);
  if (whole.length <= LARGE) return whole;
  return tellOfFewer(notification, FEWER, render, { note }) ?? render(data);
}
