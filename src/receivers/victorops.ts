// VictorOps, which is Splunk On-Call by now: one event of its REST integration for each notification. It knows an incident
// by an entity id. Where the event goes is said by its URL, which holds a key and is therefore a secret.

import type { Notification, Outcome } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { percentEncode } from '../template/func/url.ts';
import type { Templates } from '../template/templates.ts';
import { fitAlerts } from './fit.ts';
import { groupHash } from './grouphash.ts';
import { describeError, exchange, failed, jsonRequest, judge } from './http.ts';
import { encodeBody } from './json.ts';
import type { ReceiverPlugin } from './receiver.ts';
import { fieldsIn } from './said.ts';
import { secretText } from './secrets.ts';
import { inFolder } from './settings/folder.ts';
import { type VictoropsSettings, victoropsSchema } from './settings/victorops.ts';
import { truncateRunes } from './truncate.ts';

export interface VictoropsMessage {
  readonly routingKey: string;
  /** The body of the request: keys as in the REST integration, and the operator's own. */
  readonly event: ReadonlyMap<string, string>;
}

/** https://help.victorops.com/knowledge-base/incident-fields-glossary/, in runes. */
const STATE_MESSAGE = 20_480;

/** What Go leaves as it is in a path. */
const IN_PATHS = /[A-Za-z0-9_.~$&+,/:;=@-]/;

export const victorops: ReceiverPlugin<VictoropsSettings, VictoropsMessage> = {
  type: 'victorops',
  settings: victoropsSchema,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const text = (template: string) => templates.text(template, data);
    return messageOf(notification, settings, templates, {
      name: text(settings.entity_display_name),
      state: fitAlerts(notification, STATE_MESSAGE, (some, enough) =>
        templates.text(settings.state_message, some, enough),
      ),
    });
  },

  renderPlain: (notification, settings, templates, plain) =>
    messageOf(notification, settings, templates, {
      name: plain.title,
      state: truncateRunes(plain.body, STATE_MESSAGE),
    }),

  preview: ({ routingKey, event }) => ({ routing_key: routingKey, body: JSON.parse(encodeBody(event)) as unknown }),

  async send({ routingKey, event }, settings, io) {
    let key: string;
    try {
      key = await secretText(settings.api_key, settings.api_key_file, io);
    } catch (error) {
      return failed(describeError(error));
    }
    if (key === '') return failed('the API key is empty');
    const url = inFolder(settings.api_url, percentEncode(`${key}/${routingKey}`, IN_PATHS));
    const request = jsonRequest({ url, body: encodeBody(event), secrets: [key] });
    const { answer, failure } = await exchange(request, settings.http_config, io);
    if (failure !== undefined) return failure;
    const outcome = judge(answer, io);
    const { result, message, messages } = fieldsIn(answer.body);
    return outcome.ok && result === 'failure' ? refused(answer.clean(wordsOf(message ?? messages))) : outcome;
  },
};

function messageOf(
  notification: Notification,
  settings: VictoropsSettings,
  templates: Templates,
  told: { readonly name: string; readonly state: string },
): VictoropsMessage {
  const data = templateData(notification);
  const text = (template: string) => (template === '' ? '' : templates.text(template, data));
  return {
    routingKey: text(settings.routing_key),
    event: new Map([
      ['message_type', typeOf(data.status, text(settings.message_type))],
      ['entity_id', groupHash(notification)],
      ['entity_display_name', told.name],
      ['state_message', told.state],
      ['monitoring_tool', text(settings.monitoring_tool)],
      ...Object.entries(settings.custom_fields).map(([name, template]) => [name, text(template)] as const),
    ]),
  };
}

function typeOf(status: string, type: string): string {
  if (status === 'resolved') return 'RECOVERY';
  return ['INFO', 'WARNING', 'CRITICAL'].includes(type) ? type : 'CRITICAL';
}

/** VictorOps said no with a status that says yes. */
function refused(words: string): Outcome {
  return failed(`VictorOps refused the event${words === '' ? '' : `: ${words}`}`, 'clientError');
}

function wordsOf(value: unknown): string {
  return [value ?? []].flat().map(String).join('; ').slice(0, 400);
}
