// Opsgenie: an alert that is created by the first notification of a group, counted up by those that follow (and updated
// by them, where that is asked for), and closed by the last. Opsgenie knows it by an alias.

import type { LabelSet } from '../model/labels.ts';
import type { Notification, Outcome } from '../model/notification.ts';
import { type TemplateData, templateData } from '../template/data.ts';
import type { Templates } from '../template/templates.ts';
import { type Confidential, confidential, reveal } from './confidential.ts';
import { fitAlerts } from './fit.ts';
import { groupHash } from './grouphash.ts';
import { describeError, exchange, failed, type HttpAnswer, type HttpRequest, judge } from './http.ts';
import { encodeBody, type Json, orNone } from './json.ts';
import type { ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { inFolder } from './settings/folder.ts';
import { type OpsgenieResponder, type OpsgenieSettings, opsgenieSchema } from './settings/opsgenie.ts';
import { truncateRunes } from './truncate.ts';

interface OpsgenieRequest {
  readonly method: 'POST' | 'PUT';
  /** Below the URL of the API, with what the query says. */
  readonly path: string;
  readonly query: string;
  readonly body: Readonly<Record<string, Json | undefined>>;
}

export interface OpsgenieMessage {
  readonly key: Confidential;
  /** One after the other, as long as they succeed. */
  readonly requests: readonly OpsgenieRequest[];
}

/** https://docs.opsgenie.com/docs/alert-api, in runes. */
const MESSAGE = 130;
const DESCRIPTION = 15_000;

/** How Opsgenie says that one of the fields is too much: details, for one, may have 8,000 characters together. */
const TOO_LARGE = /\b(?:exceeds?|longer than|maximum|too (?:long|large))\b/i;

/** Opsgenie knows alerts by other names as well. */
const BY_ALIAS = 'identifierType=alias';

export const opsgenie: ReceiverPlugin<OpsgenieSettings, OpsgenieMessage> = {
  type: 'opsgenie',
  settings: opsgenieSchema,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const text = textOf(templates, data);
    const key = keyOf(settings, templates, data);
    if (data.status === 'resolved') return { key, requests: [close(notification, text(settings.source))] };
    const message = truncateRunes(text(settings.message), MESSAGE);
    const description = fitAlerts(notification, DESCRIPTION, (some, enough) =>
      templates.text(settings.description, some, enough),
    );
    const responders = respondersOf(settings, text);
    return {
      key,
      requests: open(notification, settings, text, {
        ...detailsOf(settings, data, text),
        message,
        description,
        responders,
      }),
    };
  },

  renderPlain(notification, settings, templates, plain) {
    const data = templateData(notification);
    const text = textOf(templates, data);
    const key = keyOf(settings, templates, data);
    if (data.status === 'resolved') return { key, requests: [close(notification, text(settings.source))] };
    const told = {
      // What was too large may have been any of the operator's fields.
      ...(plain.most === undefined ? detailsOf(settings, data, text) : { details: data.groupLabels, note: '' }),
      message: truncateRunes(plain.title, MESSAGE),
      description: truncateRunes(plain.body, DESCRIPTION),
      // Nobody is found by half of a name.
      responders: respondersOf(settings, text).filter(
        ({ id, name, username, type }) => type !== '' && id + name + username !== '',
      ),
    };
    return { key, requests: open(notification, settings, text, told) };
  },

  preview: ({ requests }) =>
    requests.map(({ method, path, body }) => ({
      request: `${method} ${path}`,
      body: JSON.parse(encodeBody(body)) as unknown,
    })),

  async send({ key, requests }, settings, io) {
    let secret: string;
    try {
      secret = await reveal(key, io);
    } catch (error) {
      return failed(describeError(error));
    }
    if (secret === '') return failed('the API key is empty');
    const headers = { 'content-type': 'application/json', authorization: `GenieKey ${secret}` };
    for (const { method, path, query, body } of requests) {
      const url = asking(inFolder(settings.api_url, path), query);
      const request: HttpRequest = { method, url, headers, body: encodeBody(body), secrets: [secret] };
      const { answer, failure } = await exchange(request, settings.http_config, io);
      const outcome = failure ?? read(answer, io);
      if (!outcome.ok) return outcome;
    }
    return { ok: true };
  },
};

/** Opsgenie counts requests by the second and by the minute, and names in a header of its own which of the two were too many. */
function read(answer: HttpAnswer, io: ReceiverIO): Outcome {
  const outcome = judge(answer, io, { tooLarge: TOO_LARGE });
  const period = Number(answer.headers['x-ratelimit-period-in-sec'] ?? Number.NaN);
  if (outcome.ok || outcome.reason !== 'rateLimited' || outcome.retryAfterMs !== undefined || !(period > 0)) {
    return outcome;
  }
  return { ...outcome, retryAfterMs: Math.ceil(period * 1000) };
}

type Text = (template: string) => string;

function textOf(templates: Templates, data: TemplateData): Text {
  return (template) => (template === '' ? '' : templates.text(template, data));
}

function keyOf(settings: OpsgenieSettings, templates: Templates, data: TemplateData): Confidential {
  return confidential('api_key', settings.api_key, settings.api_key_file, templates, data);
}

/** What ends an alert. */
function close(notification: Notification, source: string): OpsgenieRequest {
  return { method: 'POST', path: `v2/alerts/${groupHash(notification)}/close`, query: BY_ALIAS, body: { source } };
}

interface Told {
  readonly details: LabelSet;
  readonly note: string;
  readonly message: string;
  readonly description: string;
  readonly responders: readonly OpsgenieResponder[];
}

/** What is told besides, of labels and of the operator's keys. */
function detailsOf(
  { details, note }: OpsgenieSettings,
  data: TemplateData,
  text: Text,
): Pick<Told, 'details' | 'note'> {
  const own = Object.entries(details).map(([name, template]): [string, string] => [name, text(template)]);
  return { details: Object.fromEntries([...Object.entries(data.commonLabels), ...own]), note: text(note) };
}

/** What begins an alert or counts it up, and what makes it say what is true by now. */
function open(notification: Notification, settings: OpsgenieSettings, text: Text, told: Told): OpsgenieRequest[] {
  const alias = groupHash(notification);
  const message = orNone(told.message);
  const description = orNone(told.description);
  const details = new Map(Object.entries(told.details));
  const responders = told.responders.map(({ id, name, username, type }) => ({
    id: orNone(id),
    name: orNone(name),
    username: orNone(username),
    type,
  }));
  const body = {
    alias,
    message: told.message,
    description,
    details,
    source: text(settings.source),
    responders: someOf(responders),
    tags: someOf(parts(text(settings.tags))),
    note: orNone(told.note),
    priority: orNone(text(settings.priority)),
    entity: orNone(text(settings.entity)),
    actions: someOf(parts(text(settings.actions))),
  };
  const update = (what: string, changed: OpsgenieRequest['body']): OpsgenieRequest => ({
    method: 'PUT',
    path: `v2/alerts/${alias}/${what}`,
    query: BY_ALIAS,
    body: changed,
  });
  return [
    { method: 'POST', path: 'v2/alerts', query: '', body },
    ...(settings.update_alerts ? [update('message', { message }), update('description', { description })] : []),
  ];
}

/** Those that are anybody once the templates are executed; `teams` stands for a team for each of its names. */
function respondersOf({ responders }: OpsgenieSettings, text: Text): OpsgenieResponder[] {
  return responders.flatMap((responder) => {
    const id = text(responder.id);
    const name = text(responder.name);
    const username = text(responder.username);
    const type = text(responder.type);
    if (id + name + username + type === '') return [];
    if (type === 'teams') return parts(name).map((team) => ({ id: '', name: team, username: '', type: 'team' }));
    return [{ id, name, username, type }];
  });
}

function parts(text: string): string[] {
  return text
    .trim()
    .split(',')
    .filter((part) => part !== '');
}

function someOf(items: readonly Json[]): readonly Json[] | undefined {
  return items.length === 0 ? undefined : items;
}

/** The URL with that at the end of its query. */
function asking(url: string, query: string): string {
  if (query === '') return url;
  const [address = ''] = url.split('#');
  return `${address}${address.includes('?') ? '&' : '?'}${query}`;
}
