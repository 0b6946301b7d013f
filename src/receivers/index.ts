// Every receiver there is, and the one place where a configured integration meets the plugin that understands it.

import type { IntegrationConfig } from '../model/config.ts';
import type { Notification } from '../model/notification.ts';
import type { Schema } from '../model/schema.ts';
import type { Templates } from '../template/templates.ts';
import { discord } from './discord.ts';
import { email } from './email.ts';
import { googlechat } from './googlechat.ts';
import { gotify } from './gotify.ts';
import { incidentio } from './incidentio.ts';
import { jira } from './jira.ts';
import { matrix } from './matrix.ts';
import { mattermost } from './mattermost.ts';
import { msteams } from './msteams.ts';
import { msteamsv2 } from './msteamsv2.ts';
import { ntfy } from './ntfy.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';
import { type Prepared, prepareWith } from './prepare.ts';
import { pushover } from './pushover.ts';
import type { ReceiverPlugin } from './receiver.ts';
import { rocketchat } from './rocketchat.ts';
import { slack } from './slack.ts';
import { sns } from './sns.ts';
import { telegram } from './telegram.ts';
import { twilio } from './twilio.ts';
import { victorops } from './victorops.ts';
import { webex } from './webex.ts';
import { webhook } from './webhook.ts';
import { wechat } from './wechat.ts';
import { zulip } from './zulip.ts';

export type { Prepared } from './prepare.ts';

/** A receiver whose settings' type is known to itself alone. */
export interface Receiver {
  readonly type: string;
  readonly settings: Schema<unknown>;
  readonly concurrent: number | undefined;
  prepare(settings: unknown, notification: Notification, templates: Templates): Prepared;
  load(): Promise<void>;
}

/** In Alertmanager's order: receivers notify in it. */
export const receivers: readonly Receiver[] = [
  receiver(discord),
  receiver(email),
  receiver(incidentio),
  receiver(pagerduty),
  receiver(slack),
  receiver(webhook),
  receiver(opsgenie),
  receiver(wechat),
  receiver(pushover),
  receiver(victorops),
  receiver(sns),
  receiver(telegram),
  receiver(webex),
  receiver(msteams),
  receiver(msteamsv2),
  receiver(jira),
  receiver(rocketchat),
  receiver(mattermost),
  // Tocsin's own.
  receiver(ntfy),
  receiver(gotify),
  receiver(matrix),
  receiver(googlechat),
  receiver(zulip),
  receiver(twilio),
];

const byType = new Map(receivers.map((one) => [one.type, one]));

/** Renders a notification for an integration. Pure. Throws only because of a bug. */
export function prepare(integration: IntegrationConfig, notification: Notification, templates: Templates): Prepared {
  const found = byType.get(integration.type);
  if (found === undefined) throw new Error(`there is no receiver of type ${integration.type}`);
  return found.prepare(integration.settings, notification, templates);
}

/** How many attempts of an integration of that type may be under way at once, where the type has a limit of its own. */
export function concurrentOf(type: string): number | undefined {
  return byType.get(type)?.concurrent;
}

/** Loads what the integrations of those types need, so that the first notification does not wait for it. */
export async function loadReceivers(types: Iterable<string>): Promise<void> {
  await Promise.all([...new Set(types)].map(async (type) => byType.get(type)?.load()));
}

/** Hides the plugin's types: what comes in as settings was decoded by this very plugin's schema. */
function receiver<Settings, Message>(plugin: ReceiverPlugin<Settings, Message>): Receiver {
  return {
    type: plugin.type,
    settings: plugin.settings,
    concurrent: plugin.concurrent,
    // The only place where settings get their type back: config/ stores under a type what that type's schema decoded.
    prepare: (settings, notification, templates) => prepareWith(plugin, settings as Settings, notification, templates),
    load: async () => plugin.load?.(),
  };
}
