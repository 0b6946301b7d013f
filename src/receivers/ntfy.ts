// ntfy: a message to a topic of ntfy.sh or of a server of one's own, published as JSON so that every text may hold
// anything.

import { templateData } from '../template/data.ts';
import type { Templates } from '../template/templates.ts';
import { type Confidential, confidential, reveal } from './confidential.ts';
import { fitAlerts } from './fit.ts';
import { describeError, exchange, failed, type HttpAnswer, judge } from './http.ts';
import { encodeBody, type Json, orNone } from './json.ts';
import type { ReceiverPlugin } from './receiver.ts';
import { fieldsIn } from './said.ts';
import { secretText } from './secrets.ts';
import { type NtfyAction, type NtfySettings, ntfySchema } from './settings/ntfy.ts';
import { truncateBytes, truncateRunes } from './truncate.ts';
import { withWarnings } from './warnings.ts';

export interface NtfyMessage {
  readonly topic: Confidential;
  /** The body but for the topic and the buttons: keys as in ntfy's API. */
  readonly body: Readonly<Record<string, Json | undefined>>;
  readonly actions: readonly NtfyAction[];
  readonly warnings: readonly string[];
}

/** Bytes: https://docs.ntfy.sh/publish/#limitations. A longer one becomes an attached file. */
const MESSAGE = 4096;
/** Runes; ntfy has no limit, but no telephone shows more. */
const TITLE = 250;

const PRIORITIES: ReadonlyMap<string, number> = new Map([
  ['min', 1],
  ['low', 2],
  ['default', 3],
  ['high', 4],
  ['max', 5],
  ['urgent', 5],
  ...['1', '2', '3', '4', '5'].map((digit): [string, number] => [digit, Number(digit)]),
]);

export const ntfy: ReceiverPlugin<NtfySettings, NtfyMessage> = {
  type: 'ntfy',
  settings: ntfySchema,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const text = (template: string) => (template === '' ? '' : templates.text(template, data).trim());
    const message = fitAlerts(
      notification,
      MESSAGE,
      (some, enough) => templates.text(settings.message, some, enough).trim(),
      {
        size: Buffer.byteLength,
      },
    );
    const { priority, warnings } = priorityOf(text(settings.priority));
    const tags = settings.tags.flatMap((tag) => text(tag).split(',')).map((tag) => tag.trim());
    return {
      topic: topicOf(settings, templates, data),
      body: {
        title: orNone(truncateRunes(text(settings.title), TITLE)),
        message,
        priority,
        tags: someOf(tags.filter((tag) => tag !== '')),
        click: orNone(text(settings.click)),
        icon: orNone(text(settings.icon)),
        markdown: settings.markdown || undefined,
      },
      actions: settings.actions.map((action) => ({
        ...action,
        label: text(action.label),
        url: text(action.url),
        method: text(action.method),
        body: text(action.body),
      })),
      warnings,
    };
  },

  renderPlain(notification, settings, templates, plain) {
    const data = templateData(notification);
    const message = truncateBytes(plain.body, MESSAGE);
    const body = { title: plain.title, message, priority: data.status === 'firing' ? 4 : 3, click: plain.link };
    return { topic: topicOf(settings, templates, data), body, actions: [], warnings: [] };
  },

  preview: ({ body, actions }) => JSON.parse(encodeBody({ ...body, actions: actionsOf(actions, () => '<secret>') })),

  async send({ topic, body, actions, warnings }, settings, io) {
    let to: string;
    let token: string;
    try {
      to = await reveal(topic, io);
      token = await secretText(settings.token, settings.token_file, io);
    } catch (error) {
      return failed(describeError(error));
    }
    if (to === '') return failed('the topic is empty once its template is executed');
    const { answer, failure } = await exchange(
      {
        method: 'POST',
        url: settings.url,
        headers: {
          'content-type': 'application/json',
          ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        },
        body: encodeBody({ topic: to, ...body, actions: actionsOf(actions, (secret) => secret) }),
        secrets: [to, ...secretsIn(actions)],
        timeoutMs: settings.timeout,
      },
      settings.http_config,
      io,
    );
    if (failure !== undefined) return failure;
    const outcome = judge(answer, io, { describe });
    if (!outcome.ok && answer.status === 413) return { ...outcome, tooLarge: true };
    return withWarnings(outcome, warnings);
  },
};

function topicOf(settings: NtfySettings, templates: Templates, data: ReturnType<typeof templateData>): Confidential {
  return confidential('topic', settings.topic, settings.topic_file, templates, data);
}

function priorityOf(text: string): { priority: number | undefined; warnings: readonly string[] } {
  const priority = PRIORITIES.get(text.toLowerCase());
  if (text === '' || priority !== undefined) return { priority, warnings: [] };
  const warning = `the priority ${JSON.stringify(text)} is none of ntfy's (1 to 5), so that it was sent with the default`;
  return { priority, warnings: [warning] };
}

function actionsOf(actions: readonly NtfyAction[], shown: (secret: string) => string): Json | undefined {
  return someOf(
    actions.map(({ action, label, url, method, headers, body, clear }) => ({
      action,
      label,
      url,
      method: orNone(method),
      headers: someMap(
        Object.entries(headers).map(([name, value]): [string, Json] => [name, shown(value?.reveal() ?? '')]),
      ),
      body: orNone(body),
      clear: clear || undefined,
    })),
  );
}

function secretsIn(actions: readonly NtfyAction[]): string[] {
  return actions.flatMap(({ headers }) => Object.values(headers).map((value) => value?.reveal() ?? ''));
}

function someOf(items: readonly Json[]): Json | undefined {
  return items.length === 0 ? undefined : items;
}

function someMap(entries: readonly (readonly [string, Json])[]): Json | undefined {
  return entries.length === 0 ? undefined : new Map(entries);
}

/** ntfy explains itself as `{"code":40301,"http":403,"error":"forbidden","link":"..."}`. */
function describe({ body }: HttpAnswer): string {
  const { error, code } = fieldsIn(body);
  if (typeof error === 'string') return `${error}${typeof code === 'number' ? ` (${code})` : ''}`;
  return body.slice(0, 200).trim();
}
