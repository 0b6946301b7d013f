// The generic webhook: Alertmanager's JSON, version 4, which a hundred bridges parse; or a body of the operator's own.

import type { Notification, Outcome } from '../model/notification.ts';
import { dataToJson, type TemplateData, templateData } from '../template/data.ts';
import type { Templates } from '../template/templates.ts';
import { type Confidential, confidential, reveal } from './confidential.ts';
import { describeError, failed, postJson } from './http.ts';
import { encodeBody } from './json.ts';
import type { ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { type WebhookSettings, webhookSchema } from './settings/webhook.ts';
import { renderTree } from './tree.ts';

export interface WebhookMessage {
  readonly url: Confidential;
  /** JSON with a line break at its end. */
  readonly body: string;
}

export const webhook: ReceiverPlugin<WebhookSettings, WebhookMessage> = {
  type: 'webhook',
  settings: webhookSchema,

  render(notification, settings, templates) {
    const { data, body } = standardBody(notification, settings);
    const { payload } = settings;
    return {
      url: urlOf(settings, templates, data),
      body:
        payload === undefined ? body : encodeBody(renderTree(payload, (template) => templates.text(template, data))),
    };
  },

  // The standard body holds no template, and says more than any plain text. Where it is too large it tells of fewer alerts.
  renderPlain(notification, settings, templates, { most = 0 }) {
    const { max_alerts } = settings;
    const limit = max_alerts === 0 || most === 0 ? Math.max(max_alerts, most) : Math.min(max_alerts, most);
    const { data, body } = standardBody(notification, { ...settings, max_alerts: limit });
    return { url: urlOf(settings, templates, data), body };
  },

  preview: (message) => ({ body: JSON.parse(message.body) as unknown }),

  async send(message: WebhookMessage, settings: WebhookSettings, io: ReceiverIO): Promise<Outcome> {
    let url: string;
    try {
      url = await reveal(message.url, io);
    } catch (error) {
      return failed(describeError(error));
    }
    if (url === '') return failed('the URL is empty once its template is executed');
    return postJson({ url, body: message.body, timeoutMs: settings.timeout }, settings.http_config, io);
  },
};

function urlOf(settings: WebhookSettings, templates: Templates, data: TemplateData): Confidential {
  return confidential('url', settings.url, settings.url_file, templates, data);
}

/** With `max_alerts` templates see only the alerts that are sent, as in Alertmanager. */
function standardBody(notification: Notification, settings: WebhookSettings): { data: TemplateData; body: string } {
  const { alerts, groupKey } = notification;
  const limit = settings.max_alerts === 0 ? alerts.length : settings.max_alerts;
  const truncated = Math.max(0, alerts.length - limit);
  const data = templateData(truncated === 0 ? notification : { ...notification, alerts: alerts.slice(0, limit) });
  const body = dataToJson(data, [
    ['version', '4'],
    ['groupKey', groupKey],
    ['truncatedAlerts', truncated],
  ]);
  return { data, body: `${body}\n` };
}
