// Amazon SNS: a message to a topic, a phone or a device, published with a signed request.

import { createHash } from 'node:crypto';
import { compareStrings } from '../model/labels.ts';
import type { Notification } from '../model/notification.ts';
import { type TemplateData, templateData } from '../template/data.ts';
import type { Templates } from '../template/templates.ts';
import { type AwsCall, awsPost, endpointOf } from './aws.ts';
import { credentialsFor, forgetCredentials, regionFor } from './aws-credentials.ts';
import { fitAlerts, type Render } from './fit.ts';
import { groupHash } from './grouphash.ts';
import { failed } from './http.ts';
import type { ReceiverPlugin } from './receiver.ts';
import { type SnsSettings, snsSchema } from './settings/sns.ts';
import { truncateRunes } from './truncate.ts';

export interface SnsMessage {
  /** '' for the region's own. */
  readonly apiUrl: string;
  /** Of `Publish`, by their names there. */
  readonly parameters: AwsCall['parameters'];
}

/** What SNS takes for a message and its attributes, and for an SMS: bytes, as Alertmanager counts. */
const MESSAGE = 256 * 1024;
const SMS = 1600;
/** In runes: "less than 100 characters". */
const SUBJECT = 99;

const TRUNCATED = ['truncated', 'true'] as const;

/** Keys that were good once. */
const EXPIRED = /^(?:ExpiredToken|ExpiredTokenException|RequestExpired)$/;

export const sns: ReceiverPlugin<SnsSettings, SnsMessage> = {
  type: 'sns',
  settings: snsSchema,

  render: (notification, settings, templates) =>
    messageOf(notification, settings, templates, {
      subject: (data) => (settings.subject === '' ? '' : templates.text(settings.subject, data)),
      message: (data, enough) => templates.text(settings.message, data, enough),
    }),

  renderPlain: (notification, settings, templates, plain) =>
    messageOf(notification, settings, templates, { subject: () => plain.title, message: () => plain.body }),

  preview: ({ parameters }) => Object.fromEntries(parameters),

  async send({ apiUrl, parameters }, { sigv4, http_config }, io) {
    const region = await regionFor(sigv4, io);
    if (region === '') return failed('there is no region: add sigv4.region, or set AWS_REGION');
    const { found: keys, failure } = await credentialsFor(sigv4, region, http_config, io);
    if (failure !== undefined) return failure;
    const endpoint = apiUrl === '' ? endpointOf('sns', region) : apiUrl;
    const result = await awsPost({ service: 'sns', region, endpoint, parameters }, keys, http_config, io);
    if (result.failure === undefined) return { ok: true };
    if (EXPIRED.test(result.code)) {
      forgetCredentials(sigv4);
      return { ...result.failure, retry: true };
    }
    return /too long/i.test(result.failure.message) ? { ...result.failure, tooLarge: true } : result.failure;
  },
};

interface Texts {
  subject(data: TemplateData): string;
  readonly message: Render;
}

function messageOf(notification: Notification, settings: SnsSettings, templates: Templates, texts: Texts): SnsMessage {
  const data = templateData(notification);
  const text = (template: string) => (template === '' ? '' : templates.text(template, data));
  const parameters: (readonly [string, string])[] = [
    ['Action', 'Publish'],
    ['Version', '2010-03-31'],
  ];
  if (settings.topic_arn !== '') {
    const topic = text(settings.topic_arn);
    parameters.push(['TopicArn', topic]);
    if (topic.endsWith('.fifo')) {
      parameters.push(['MessageDeduplicationId', newsHash(notification)], ['MessageGroupId', groupHash(notification)]);
    }
  }
  if (settings.phone_number !== '') parameters.push(['PhoneNumber', text(settings.phone_number)]);
  if (settings.target_arn !== '') parameters.push(['TargetArn', text(settings.target_arn)]);
  const title = subjectOf(texts.subject(data));
  if (title !== '') parameters.push(['Subject', title]);
  const attributes = attributesOf(settings, text);
  const body = bodyOf(notification, settings, attributes, texts.message);
  parameters.push(['Message', body.text]);
  const told = body.truncated ? [...attributes, TRUNCATED] : attributes;
  told.forEach(([name, value], i) => {
    const entry = `MessageAttributes.entry.${i + 1}`;
    parameters.push(
      [`${entry}.Name`, name],
      [`${entry}.Value.DataType`, 'String'],
      [`${entry}.Value.StringValue`, value],
    );
  });
  return { apiUrl: text(settings.api_url), parameters };
}

/**
 * The same for two attempts to tell the same thing, and for nothing else: within five minutes a FIFO topic drops, in
 * silence, what has an id that it has seen. By the group alone, as Alertmanager has it, it would drop the end of an alert.
 */
function newsHash({ groupKey, alerts }: Notification): string {
  const news = alerts.map(({ fingerprint, status, startsAt }) => [fingerprint, status, startsAt]);
  return createHash('sha256')
    .update(JSON.stringify([groupKey, news]))
    .digest('hex');
}

type Attributes = readonly (readonly [name: string, value: string])[];

/** SNS refuses a message for an attribute that is empty. */
function attributesOf({ attributes }: SnsSettings, text: (template: string) => string): Attributes {
  const rendered = new Map(Object.entries(attributes).map(([name, value]) => [text(name), text(value)]));
  return [...rendered].filter(([name, value]) => name !== '' && value !== '').sort(([a], [b]) => compareStrings(a, b));
}

/** The message, or as much of it as SNS takes beside the attributes: they count as well, but in an SMS. */
function bodyOf(
  notification: Notification,
  settings: SnsSettings,
  attributes: Attributes,
  message: Render,
): { readonly text: string; readonly truncated: boolean } {
  const sms = settings.phone_number !== '';
  const room = sms ? SMS : MESSAGE - sizeOf(attributes);
  const whole = message(templateData(notification), room);
  if (Buffer.byteLength(whole) <= room) return { text: whole, truncated: false };
  const left = Math.max(0, sms ? room : room - sizeOf([TRUNCATED]));
  return { text: fitAlerts(notification, left, message, { size: (text) => Buffer.byteLength(text) }), truncated: true };
}

function sizeOf(attributes: Attributes): number {
  return attributes.reduce((sum, [name, value]) => sum + Buffer.byteLength(`${name}String${value}`), 0);
}

/** SNS refuses subjects that are long, have control characters, or begin with white space. */
function subjectOf(text: string): string {
  return truncateRunes(text.replace(/\p{Cc}+/gu, ' ').trimStart(), SUBJECT);
}
