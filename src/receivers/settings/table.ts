// Every section of the configuration that belongs to receivers, as the decoder is handed it: config/ knows no receiver.

import type { Tables } from '../../model/schema.ts';
import { discordSchema } from './discord.ts';
import { emailSchema } from './email.ts';
import { globalSchema } from './global.ts';
import { googlechatSchema } from './googlechat.ts';
import { gotifySchema } from './gotify.ts';
import { headersField, httpClientSchema } from './http.ts';
import { incidentioSchema } from './incidentio.ts';
import { jiraSchema } from './jira.ts';
import { matrixSchema } from './matrix.ts';
import { mattermostSchema } from './mattermost.ts';
import { msteamsSchema } from './msteams.ts';
import { msteamsv2Schema } from './msteamsv2.ts';
import { ntfySchema } from './ntfy.ts';
import { opsgenieSchema } from './opsgenie.ts';
import { pagerdutySchema } from './pagerduty.ts';
import { pushoverSchema } from './pushover.ts';
import { rocketchatSchema } from './rocketchat.ts';
import { slackSchema } from './slack.ts';
import { snsSchema } from './sns.ts';
import { telegramSchema } from './telegram.ts';
import { tlsSchema } from './tls.ts';
import { twilioSchema } from './twilio.ts';
import { victoropsSchema } from './victorops.ts';
import { webexSchema } from './webex.ts';
import { webhookSchema } from './webhook.ts';
import { wechatSchema } from './wechat.ts';
import { zulipSchema } from './zulip.ts';

/** In Alertmanager's order, which is the order in which a receiver's integrations are listed and printed. */
export const settingsTables: Tables = {
  global: globalSchema,
  http: httpClientSchema,
  tls: tlsSchema,
  headers: headersField,
  receivers: [
    { type: 'discord', settings: discordSchema },
    { type: 'email', settings: emailSchema },
    { type: 'incidentio', settings: incidentioSchema },
    { type: 'pagerduty', settings: pagerdutySchema },
    { type: 'slack', settings: slackSchema },
    { type: 'webhook', settings: webhookSchema },
    { type: 'opsgenie', settings: opsgenieSchema },
    { type: 'wechat', settings: wechatSchema },
    { type: 'pushover', settings: pushoverSchema },
    { type: 'victorops', settings: victoropsSchema },
    { type: 'sns', settings: snsSchema },
    { type: 'telegram', settings: telegramSchema },
    { type: 'webex', settings: webexSchema },
    { type: 'msteams', settings: msteamsSchema },
    { type: 'msteamsv2', settings: msteamsv2Schema },
    { type: 'jira', settings: jiraSchema },
    { type: 'rocketchat', settings: rocketchatSchema },
    { type: 'mattermost', settings: mattermostSchema },
    // Tocsin's own.
    { type: 'ntfy', settings: ntfySchema },
    { type: 'gotify', settings: gotifySchema },
    { type: 'matrix', settings: matrixSchema },
    { type: 'googlechat', settings: googlechatSchema },
    { type: 'zulip', settings: zulipSchema },
    { type: 'twilio', settings: twilioSchema },
  ],
};
