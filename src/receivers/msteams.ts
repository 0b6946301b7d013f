// Microsoft Teams through an Office 365 connector: a message card. Microsoft is taking these connectors out of service in
// favour of workflows, which `msteamsv2` is for.

import type { Notification, Outcome } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { encodeBody } from './json.ts';
import type { ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { type MsteamsSettings, msteamsSchema } from './settings/msteams.ts';
import { fitMessage, fitTitle, linesInMarkdown, postMessage } from './teams.ts';

/** The body of the request: https://learn.microsoft.com/en-us/outlook/actionable-messages/message-card-reference. */
export interface MsteamsMessage {
  readonly '@context': 'http://schema.org/extensions';
  readonly type: 'MessageCard';
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly themeColor: string;
}

const RED = '8C1A1A';
const GREEN = '2DC72D';

export const msteams: ReceiverPlugin<MsteamsSettings, MsteamsMessage> = {
  type: 'msteams',
  settings: msteamsSchema,
  // Sixty messages in thirty seconds to one connector.
  concurrent: 1,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const title = fitTitle(templates.text(settings.title, data));
    const summary = fitTitle(templates.text(settings.summary, data));
    const card = (text: string) => ({ ...cardOf(notification, title, summary, text) });
    return card(fitMessage(notification, (some, enough) => templates.text(settings.text, some, enough), card));
  },

  renderPlain: (notification, _settings, _templates, plain) =>
    cardOf(notification, plain.title, plain.title, linesInMarkdown(plain.body)),

  preview: (message) => JSON.parse(encodeBody({ ...message })) as unknown,

  send: (message: MsteamsMessage, settings: MsteamsSettings, io: ReceiverIO): Promise<Outcome> =>
    postMessage({ ...message }, settings, io),
};

function cardOf(notification: Notification, title: string, summary: string, text: string): MsteamsMessage {
  return {
    '@context': 'http://schema.org/extensions',
    type: 'MessageCard',
    title,
    summary,
    text,
    themeColor: templateData(notification).status === 'firing' ? RED : GREEN,
  };
}
