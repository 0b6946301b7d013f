// incident.io: the webhook's JSON, posted with the token of an alert source. What is more than incident.io takes is left
// out by whole alerts, as Alertmanager does it.

import type { Outcome } from '../model/notification.ts';
import { dataToJson, type TemplateData, templateData } from '../template/data.ts';
import { describeError, exchange, failed, type HttpAnswer, jsonRequest, judge, retryAfter } from './http.ts';
import type { ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { fieldsIn, fieldsOf, itemsOf, textOf } from './said.ts';
import { secretText } from './secrets.ts';
import { type IncidentioSettings, incidentioSchema } from './settings/incidentio.ts';

export interface IncidentioMessage {
  /** JSON with a line break at its end. */
  readonly body: string;
}

/** The most that incident.io takes, in bytes. */
const BODY = 512 * 1024;

export const incidentio: ReceiverPlugin<IncidentioSettings, IncidentioMessage> = {
  type: 'incidentio',
  settings: incidentioSchema,

  // The first alert makes incident.io's alert for the group: the others are good to know of, but not needed.
  render({ alerts, ...notification }, { max_alerts }) {
    const limit = max_alerts === 0 ? alerts.length : max_alerts;
    const data = templateData({ ...notification, alerts: alerts.slice(0, limit) });
    const bodyWith = (told: TemplateData['alerts'], enough?: number) =>
      bodyOf({ ...data, alerts: told }, notification.groupKey, Math.max(0, alerts.length - limit), enough);
    const whole = bodyWith(data.alerts, BODY);
    return { body: Buffer.byteLength(whole) <= BODY ? whole : bodyWith(data.alerts.slice(0, 1)) };
  },

  // The body holds no template: this is for an alert whose annotations alone are too much.
  renderPlain(notification, _settings, _templates, { title, body }) {
    const data = templateData(notification);
    const alerts = data.alerts
      .slice(0, 1)
      .map((alert) => ({ ...alert, annotations: { summary: title, description: body } }));
    const plain = { ...data, alerts, commonAnnotations: {} };
    return { body: bodyOf(plain, notification.groupKey, notification.alerts.length - 1) };
  },

  preview: ({ body }) => JSON.parse(body) as unknown,

  async send({ body }, settings, io) {
    let url: string;
    let token: string;
    try {
      url = settings.url === '' ? (await io.readFile(settings.url_file)).trim() : settings.url;
      token = await secretText(settings.alert_source_token, settings.alert_source_token_file, io);
    } catch (error) {
      return failed(describeError(error));
    }
    if (url === '') return failed(`the file ${settings.url_file} holds no URL`);
    if (token === '' && settings.alert_source_token_file !== '') {
      return failed(`the file ${settings.alert_source_token_file} holds no token`);
    }
    const request = jsonRequest({ url, body, timeoutMs: settings.timeout });
    const authorized = token === '' ? request.headers : { ...request.headers, authorization: `Bearer ${token}` };
    const { answer, failure } = await exchange({ ...request, headers: authorized ?? {} }, settings.http_config, io);
    return failure ?? outcomeOf(answer, Buffer.byteLength(body), io);
  },
};

/** Beyond what is `enough` it may be incomplete. */
function bodyOf(data: TemplateData, groupKey: string, truncated: number, enough?: number): string {
  const more = [
    ['version', '1'],
    ['groupKey', groupKey],
    ['truncatedAlerts', truncated],
  ] as const;
  return `${dataToJson(data, more, enough)}\n`;
}

/** incident.io says 429 also to what is too large, which no waiting mends. When to come back stands in the body. */
function outcomeOf(answer: HttpAnswer, size: number, io: Pick<ReceiverIO, 'now'>): Outcome {
  const said = read(answer.body);
  const verdict = judge(answer, io, { describe: () => said.message });
  if (verdict.ok) return verdict;
  if (answer.status === 413 || (answer.status === 429 && size > BODY)) {
    return { ok: false, retry: false, reason: 'clientError', message: verdict.message, tooLarge: true };
  }
  if (!verdict.retry || verdict.retryAfterMs !== undefined) return verdict;
  const retryAfterMs = retryAfter(said.retryAfter, io.now);
  return retryAfterMs === undefined ? verdict : { ...verdict, retryAfterMs };
}

interface Said {
  readonly message: string;
  readonly retryAfter: string | undefined;
}

/** `{"type": ..., "errors": [{"message": ...}], "rate_limit": {"retry_after": ...}}`, and the simpler forms. */
function read(body: string): Said {
  const said = fieldsIn(body);
  const told = itemsOf(said['errors']).map((error) => textOf(error) || textOf(fieldsOf(error)['message']));
  const parts = [textOf(said['message']), textOf(said['error']), told.filter((text) => text !== '').join(', ')];
  const after = textOf(fieldsOf(said['rate_limit'])['retry_after']);
  return {
    message: parts.filter((part) => part !== '').join(': ') || textOf(said['type']),
    retryAfter: after === '' ? undefined : after,
  };
}
