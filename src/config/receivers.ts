// Receivers: which lists of integrations there are, and how an entry takes over what `global:` says.

import type { IntegrationConfig, ReceiverConfig } from '../model/config.ts';
import { embedded, type Field, type FieldSpec, list, map, type Schema, type Tables, text } from '../model/schema.ts';
import type { Values } from './absent.ts';
import type { Decoder } from './decode.ts';
import { quoted } from './node.ts';
import type { Path, Report } from './report.ts';

/** Every type that Alertmanager knows, in the order in which it prints them, and our own after them. */
const KNOWN_TYPES = (
  'discord email incidentio pagerduty slack webhook opsgenie wechat pushover victorops sns telegram webex ' +
  'msteams msteamsv2 jira rocketchat mattermost ntfy gotify matrix googlechat zulip twilio'
).split(' ');

/** The order in which it asks a receiver's integrations to notify. */
const NOTIFY_ORDER = (
  'webhook email pagerduty opsgenie wechat slack victorops pushover sns telegram discord webex ' +
  'msteams msteamsv2 jira incidentio rocketchat mattermost ntfy gotify matrix googlechat zulip twilio'
).split(' ');

export interface RawReceiver {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** By `slack_configs` and its like. */
  readonly [configs: string]: unknown;
}

export function receiverSchema(tables: Tables): Schema<RawReceiver> {
  const fields: Record<string, Field<unknown>> = { name: text({ always: true }), labels: map(text()) };
  for (const type of orderedTypes(tables, KNOWN_TYPES)) {
    fields[`${type}_configs`] = list(embedded(settingsOf(tables, type)));
  }
  return {
    title: 'receiver',
    fields: fields as Schema<RawReceiver>['fields'],
    check: ({ name, labels }) => {
      if (name === '') return [{ keys: ['name'], message: 'the name is missing: add it' }];
      const label = labels['name'];
      return label === undefined || label === name
        ? []
        : [{ keys: ['labels'], message: `the label "name" is the receiver's name, ${quoted(name)}: remove it` }];
    },
    normalize: (given) => ({ ...given, labels: withName(given) }),
  };
}

function withName({ name, labels }: RawReceiver): Readonly<Record<string, string>> {
  return Object.assign(Object.create(null), labels, { name });
}

function orderedTypes(tables: Tables, order: readonly string[]): string[] {
  const own = tables.receivers.map(({ type }) => type);
  return [...order.filter((type) => own.includes(type)), ...own.filter((type) => !order.includes(type))];
}

function settingsOf(tables: Tables, type: string): Schema<unknown> {
  return tables.receivers.find((receiver) => receiver.type === type)!.settings;
}

/** Fills in, for every entry of every receiver, what `global:` says. Reports what is missing even so. */
export function inheritGlobals(
  receiver: RawReceiver,
  path: Path,
  global: Values,
  tables: Tables,
  decoder: Decoder,
  report: Report,
): RawReceiver {
  const complete: Record<string, unknown> = { ...receiver };
  for (const { type, settings } of tables.receivers) {
    const key = `${type}_configs`;
    const entries = receiver[key] as readonly Values[];
    complete[key] = entries.map((entry, i) => inherit(entry, [...path, key, i], settings, global, decoder, report));
  }
  return complete as RawReceiver;
}

function inherit(
  given: Values,
  path: Path,
  schema: Schema<unknown>,
  global: Values,
  decoder: Decoder,
  report: Report,
): Values {
  const inherited: Values = { ...given };
  const fields: Readonly<Record<string, FieldSpec>> = schema.fields;
  for (const [key, { global: from }] of Object.entries(fields)) {
    if (from !== undefined && (given[key] === undefined || given[key] === '')) inherited[key] = global[from];
  }
  if (schema.complete === undefined) return inherited;
  const { settings, findings } = schema.complete(inherited, given, global);
  // Whatever is wrong in global would be found missing here again.
  if (!report.isWrong(['global']) && !report.isWrongItself(path)) decoder.findings(findings, path);
  return settings as Values;
}

/**
 * The receiver as it is printed when no route uses it: what Alertmanager completes only when it builds an integration is
 * as the file gives it.
 */
export function unusedReceiver(complete: RawReceiver, given: RawReceiver, tables: Tables): RawReceiver {
  const printed: Record<string, unknown> = { ...complete };
  for (const { type, settings } of tables.receivers) {
    const fields: Readonly<Record<string, FieldSpec>> = settings.fields;
    const late = Object.keys(fields).filter((key) => fields[key]!.completedInUse === true);
    const key = `${type}_configs`;
    if (late.length === 0) continue;
    const before = given[key] as readonly Values[];
    printed[key] = (complete[key] as readonly Values[]).map((entry, i) => {
      const values = { ...entry };
      for (const name of late) values[name] = before[i]![name];
      return values;
    });
  }
  return printed as RawReceiver;
}

/** The receiver as the engine and the receivers' code see it. */
export function receiverConfig(receiver: RawReceiver, tables: Tables): ReceiverConfig {
  const integrations: IntegrationConfig[] = [];
  for (const type of orderedTypes(tables, NOTIFY_ORDER)) {
    const entries = receiver[`${type}_configs`] as readonly Values[];
    entries.forEach((settings, index) => {
      integrations.push({ type, index, sendResolved: settings['send_resolved'] === true, settings });
    });
  }
  return { name: receiver.name, labels: receiver.labels, integrations };
}
