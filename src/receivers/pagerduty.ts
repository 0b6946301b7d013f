// PagerDuty's two Events APIs: version 1 for a service key, version 2 for a routing key. Both know an incident by the
// hash of the group's key, so that it is updated by each notification and resolved by the last.

import type { Notification } from '../model/notification.ts';
import { type TemplateData, templateData } from '../template/data.ts';
import type { Templates } from '../template/templates.ts';
import { type Confidential, confidential, reveal } from './confidential.ts';
import { groupHash } from './grouphash.ts';
import { describeError, failed, type HttpAnswer, postJson } from './http.ts';
import { encodeBody, encodeJson, type Json, orNone } from './json.ts';
import { detailsWithin } from './pagerduty-details.ts';
import type { ReceiverPlugin } from './receiver.ts';
import { type PagerdutySettings, pagerdutySchema } from './settings/pagerduty.ts';
import { truncateRunes } from './truncate.ts';

type Event = Readonly<Record<string, Json | undefined>>;

export interface PagerdutyMessage {
  readonly version: 1 | 2;
  /** The service key or the routing key. */
  readonly key: Confidential;
  /** The body but for the key: keys as in PagerDuty's API. */
  readonly event: Event;
}

/** Fixed in Alertmanager too: `url` is of version 2. */
const V1_URL = 'https://events.pagerduty.com/generic/2010-04-15/create_event.json';
/** Of the description or summary, in runes. */
const SUMMARY = 1024;
/** Of an event, in bytes. */
const EVENT = 512_000;
/** Of a key that stands in a file, in bytes, and of its name and what is around it. */
const KEY = 32;
const FRAME = '"routing_key":"",\n'.length;
const TOO_LARGE = 'Custom details have been removed because the original event exceeds the maximum size of 512KB';

/** How PagerDuty says that one of the fields is too long. */
const REFUSED_SIZE = /\b(?:too (?:long|large)|exceeds? the maximum|maximum is \d+ characters)\b/i;

export const pagerduty: ReceiverPlugin<PagerdutySettings, PagerdutyMessage> = {
  type: 'pagerduty',
  settings: pagerdutySchema,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const key = keyOf(settings, templates, data);
    const event = eventOf(notification, settings, templates, key.inline?.reveal().length ?? KEY);
    return { version: isV1(settings) ? 1 : 2, key, event };
  },

  renderPlain(notification, settings, templates, plain) {
    const key = keyOf(settings, templates, templateData(notification));
    const details = new Map([['text', plain.body]]);
    if (isV1(settings))
      return { version: 1, key, event: eventV1(notification, plain.title, details, 'Tocsin', plain.link) };
    const payload = { summary: plain.title, source: 'Tocsin', severity: 'error', custom_details: details };
    const event = eventV2(notification, { client: 'Tocsin', clientUrl: plain.link, images: [], links: [], payload });
    return { version: 2, key, event };
  },

  preview: ({ event }) => JSON.parse(encodeBody(event)) as unknown,

  async send({ version, key, event }, settings, io) {
    let secret: string;
    try {
      secret = await reveal(key, io);
    } catch (error) {
      return failed(describeError(error));
    }
    if (secret === '') return failed(`the ${version === 1 ? 'service' : 'routing'} key is empty`);
    const body = bodyOf(version, secret, event);
    return postJson(
      { url: version === 1 ? V1_URL : settings.url, body, timeoutMs: settings.timeout, secrets: [secret] },
      settings.http_config,
      io,
      // Version 1 says 403 where version 2 says 429.
      { rateLimits: version === 1 ? [403] : [], describe, tooLarge: REFUSED_SIZE },
    );
  },
};

/**
 * The event but for its key. Where PagerDuty would refuse it for its size the details tell of fewer alerts: Alertmanager
 * leaves out all details then, as `bodyOf` does where that does not help.
 */
function eventOf(
  notification: Notification,
  settings: PagerdutySettings,
  templates: Templates,
  keyBytes: number,
): Event {
  const data = templateData(notification);
  const withDetails = eventWith(notification, settings, (template) =>
    template === '' ? '' : templates.text(template, data),
  );
  const execute: Templates['text'] = (template, about, enough) => templates.text(template, about, enough);
  const bytes = (details: Json) => Buffer.byteLength(encodeJson(withDetails(details))) + keyBytes + FRAME;
  return withDetails(detailsWithin(notification, settings.details, execute, EVENT, bytes));
}

/** The event by its details, for the version that the settings mean. */
function eventWith(
  notification: Notification,
  settings: PagerdutySettings,
  text: (template: string) => string,
): (details: Json) => Event {
  const summary = truncateRunes(text(settings.description), SUMMARY);
  const client = text(settings.client);
  const clientUrl = text(settings.client_url);
  if (isV1(settings)) return (details) => eventV1(notification, summary, details, client, clientUrl);
  const images = settings.images
    .map(({ src, alt, href }) => ({ src: text(src), alt: text(alt), href: text(href) }))
    .filter((image) => image.src !== '');
  const links = settings.links
    .map(({ href, text: words }) => ({ href: text(href), text: text(words) }))
    .filter((link) => link.href !== '');
  const payload = {
    summary,
    source: text(settings.source),
    severity: text(settings.severity || 'error'),
    class: orNone(text(settings.class)),
    component: orNone(text(settings.component)),
    group: orNone(text(settings.group)),
  };
  return (details) =>
    eventV2(notification, { client, clientUrl, images, links, payload: { ...payload, custom_details: details } });
}

function isV1(settings: PagerdutySettings): boolean {
  return (settings.service_key?.reveal() ?? '') !== '' || settings.service_key_file !== '';
}

function keyOf(settings: PagerdutySettings, templates: Templates, data: TemplateData): Confidential {
  return isV1(settings)
    ? confidential('service_key', settings.service_key, settings.service_key_file, templates, data)
    : confidential('routing_key', settings.routing_key, settings.routing_key_file, templates, data);
}

function actionOf(notification: Notification): 'trigger' | 'resolve' {
  return templateData(notification).status === 'resolved' ? 'resolve' : 'trigger';
}

function eventV1(notification: Notification, description: string, details: Json, client: string, link: string): Event {
  const action = actionOf(notification);
  return {
    incident_key: groupHash(notification),
    event_type: action,
    description: orNone(description),
    event_action: '',
    payload: null,
    client: action === 'trigger' ? orNone(client) : undefined,
    client_url: action === 'trigger' ? orNone(link) : undefined,
    details,
  };
}

interface EventV2 {
  readonly client: string;
  readonly clientUrl: string;
  readonly images: readonly Json[];
  readonly links: readonly Json[];
  readonly payload: Event;
}

function eventV2(notification: Notification, event: EventV2): Event {
  return {
    dedup_key: groupHash(notification),
    event_action: actionOf(notification),
    payload: event.payload,
    client: orNone(event.client),
    client_url: orNone(event.clientUrl),
    images: event.images.length === 0 ? undefined : event.images,
    links: event.links.length === 0 ? undefined : event.links,
  };
}

/** The body with its key, and without its details when PagerDuty would refuse it for its size. */
function bodyOf(version: 1 | 2, secret: string, event: Event): string {
  const key = version === 1 ? { service_key: secret } : { routing_key: secret };
  const body = encodeBody({ ...key, ...event });
  if (Buffer.byteLength(body) <= EVENT) return body;
  const error = new Map([['error', TOO_LARGE]]);
  const payload = event['payload'];
  return version === 1 || payload === null || typeof payload !== 'object'
    ? encodeBody({ ...key, ...event, details: error })
    : encodeBody({ ...key, ...event, payload: { ...payload, custom_details: error } });
}

/** PagerDuty explains itself when the event is malformed; other answers say nothing that the status does not. */
function describe(answer: HttpAnswer): string {
  if (answer.status !== 400) return '';
  try {
    const parsed: unknown = JSON.parse(answer.body);
    const { message, errors } = { message: '', errors: [], ...(typeof parsed === 'object' ? parsed : {}) };
    return `${String(message)}: ${Array.isArray(errors) ? errors.join(',') : ''}`;
  } catch {
    return '';
  }
}
