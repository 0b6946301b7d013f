// Microsoft Teams through a workflow of Power Automate that waits for a webhook: an adaptive card.

import type { Notification, Outcome } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { encodeBody, type Json } from './json.ts';
import type { ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { type Msteamsv2Settings, msteamsv2Schema } from './settings/msteamsv2.ts';
import { fitMessage, fitTitle, linesInMarkdown, postMessage } from './teams.ts';

export interface Msteamsv2Message {
  readonly title: string;
  readonly text: string;
  /** Of the title, by its name in adaptive cards. */
  readonly color: string;
}

const RED = 'Attention';
const GREEN = 'Good';

export const msteamsv2: ReceiverPlugin<Msteamsv2Settings, Msteamsv2Message> = {
  type: 'msteamsv2',
  settings: msteamsv2Schema,
  // A workflow may post about one message a second.
  concurrent: 1,

  render(notification, settings, templates) {
    const title = fitTitle(templates.text(settings.title, templateData(notification)));
    const color = colorOf(notification);
    const text = fitMessage(
      notification,
      (some, enough) => templates.text(settings.text, some, enough),
      (fitting) => bodyOf({ title, text: fitting, color }),
    );
    return { title, text, color };
  },

  renderPlain: (notification, _settings, _templates, plain) => ({
    title: plain.title,
    text: linesInMarkdown(plain.body),
    color: colorOf(notification),
  }),

  preview: (message) => JSON.parse(encodeBody(bodyOf(message))) as unknown,

  send: (message: Msteamsv2Message, settings: Msteamsv2Settings, io: ReceiverIO): Promise<Outcome> =>
    postMessage(bodyOf(message), settings, io),
};

function colorOf(notification: Notification): string {
  return templateData(notification).status === 'firing' ? RED : GREEN;
}

/** https://learn.microsoft.com/en-us/connectors/teams/?tabs=text1#adaptivecarditemschema */
function bodyOf({ title, text, color }: Msteamsv2Message): Json {
  const heading = { type: 'TextBlock', text: title, weight: 'Bolder', size: 'Medium', wrap: true };
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.2',
    body: [
      { ...heading, style: 'heading', color },
      { type: 'TextBlock', text, wrap: true },
    ],
    msteams: { width: 'full' },
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}
