// Email: what the mail says is rendered here, and what may go wrong before the mail server is spoken to is decided here.
// nodemailer, loaded when it is first needed, builds the MIME message and speaks SMTP (smtp.ts).

import { createHash } from 'node:crypto';
import type { Notification } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { deadlineOf } from './deadline.ts';
import { describeError, failed } from './http.ts';
import { composeMail, parseAddresses } from './mail.ts';
import type { ReceiverPlugin } from './receiver.ts';
import { type EmailSettings, emailSchema } from './settings/email.ts';
import { deliver } from './smtp.ts';

export interface EmailMessage {
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

const SUBJECT = '{{ template "email.default.subject" . }}';

export const email: ReceiverPlugin<EmailSettings, EmailMessage> = {
  type: 'email',
  settings: emailSchema,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const text = (template: string) => (template === '' ? '' : templates.text(template, data));
    const templated = Object.entries({ Subject: SUBJECT, To: settings.to, From: settings.from, ...settings.headers });
    return {
      from: text(settings.from),
      to: text(settings.to),
      headers: [
        ...templated.map(([name, template]): [string, string] => [name, text(template)]),
        ...threadHeaders(notification, settings),
      ],
      text: text(settings.text),
      html: settings.html === '' ? '' : templates.html(settings.html, data),
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
    return { from, to, headers: [...headers, ...threadHeaders(notification, settings)], text: plain.body, html: '' };
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
    try {
      const mail = await composeMail(message, io.now);
      return await deliver({ from: from[0] ?? '', to, mail }, settings, io, deadline);
    } catch (error) {
      return failed(describeError(error));
    }
  },

  load: async () => {
    await composeMail({ from: '', to: '', headers: [], text: '', html: '' }, 0);
  },
};

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
