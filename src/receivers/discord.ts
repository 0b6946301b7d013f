// Discord: one embed through an incoming webhook. discord.js makes the request and puts Discord's nested complaints into
// words; the wire is ours, so that proxies, TLS and retries are those of every receiver.

import type { Notification, Outcome } from '../model/notification.ts';
import { templateData } from '../template/data.ts';
import { fitAlerts } from './fit.ts';
import { describeError, type Exchange, exchange, failed, type HttpAnswer, jsonRequest, judge } from './http.ts';
import { encodeBody, orNone } from './json.ts';
import type { Failure, ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { fieldsIn } from './said.ts';
import { secretText } from './secrets.ts';
import { type DiscordSettings, discordSchema } from './settings/discord.ts';
import { truncateRunes } from './truncate.ts';

/** The body of the request: keys as in Discord's API. */
export interface DiscordMessage {
  readonly content: string;
  readonly embeds: readonly { readonly title: string; readonly description: string; readonly color: number }[];
  readonly username?: string | undefined;
  readonly avatar_url?: string | undefined;
}

/** https://discord.com/developers/docs/resources/message#embed-object-embed-limits, in runes. */
const TITLE = 256;
const DESCRIPTION = 4096;
const CONTENT = 2000;

/** How Discord says that it is too much, by the codes of its fields and of the request as a whole. */
const TOO_LARGE = /"(?:BASE_TYPE_MAX_LENGTH|MAX_EMBED_SIZE_EXCEEDED)"|"code":\s*40005\b/;

const RED = 0x992d22;
const GREEN = 0x2ecc71;

export const discord: ReceiverPlugin<DiscordSettings, DiscordMessage> = {
  type: 'discord',
  settings: discordSchema,
  // A webhook's limit is a handful of messages every other second.
  concurrent: 1,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const title = truncateRunes(templates.text(settings.title, data), TITLE);
    const description = fitAlerts(notification, DESCRIPTION, (some, enough) =>
      templates.text(settings.message, some, enough),
    );
    const content = truncateRunes(templates.text(settings.content, data), CONTENT);
    return messageOf(notification, settings, content, title, description);
  },

  renderPlain: (notification, settings, _templates, plain) =>
    messageOf(notification, settings, '', plain.title, truncateRunes(plain.body, DESCRIPTION)),

  preview: ({ content, embeds, username, avatar_url }) =>
    JSON.parse(encodeBody({ content, embeds, username, avatar_url })) as unknown,

  async send(message, settings, io) {
    let url: string;
    try {
      url = await secretText(settings.webhook_url, settings.webhook_url_file, io);
    } catch (error) {
      return failed(describeError(error));
    }
    return post(message, confirmed(url), settings, io);
  },

  load: async () => {
    await library();
  },
};

/** Neither the name nor the avatar is a template, as in Alertmanager. */
function messageOf(
  notification: Notification,
  settings: DiscordSettings,
  content: string,
  title: string,
  description: string,
): DiscordMessage {
  const color = templateData(notification).status === 'firing' ? RED : GREEN;
  return {
    content,
    embeds: [{ title, description, color }],
    username: orNone(settings.username),
    avatar_url: orNone(settings.avatar_url),
  };
}

/** The package takes half a second to load: nobody pays for it who does not use it. */
function library(): Promise<typeof import('discord.js')> {
  return import('discord.js');
}

/**
 * Discord answers an incoming webhook before it has stored the message, and swallows errors then, unless it is asked to
 * wait. Other servers that understand Discord's messages are asked for what the operator wrote.
 */
function confirmed(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (!/\/webhooks\/\d+\/[\w-]+$/.test(parsed.pathname) || parsed.searchParams.has('wait')) return url;
  parsed.searchParams.set('wait', 'true');
  return parsed.href;
}

async function post(message: DiscordMessage, url: string, settings: DiscordSettings, io: ReceiverIO): Promise<Outcome> {
  const { DiscordAPIError, Routes, WebhookClient } = await library();
  let exchanged: Exchange | undefined;
  const client = new WebhookClient(
    // The address is the whole URL, which goes by our own way: discord.js would only take one of discord.com.
    { id: '0', token: '-' },
    {
      rest: {
        retries: 0,
        // A request that fails is another attempt's business, as is one that comes too early.
        rejectOnRateLimit: () => true,
        makeRequest: async (_url, init) => {
          const body = typeof init.body === 'string' ? init.body : '';
          exchanged = await exchange(jsonRequest({ url, body }), settings.http_config, io);
          return responseOf(exchanged);
        },
      },
    },
  );
  let complaint = '';
  try {
    await client.rest.post(Routes.webhook('0', '-'), { body: message, auth: false });
  } catch (error) {
    if (exchanged === undefined) return failed(describeError(error));
    if (error instanceof DiscordAPIError) complaint = error.message;
  } finally {
    client.destroy();
  }
  if (exchanged === undefined) return failed('discord.js made no request');
  if (exchanged.failure !== undefined) return exchanged.failure;
  const { answer } = exchanged;
  const spoken = complaint !== '' && /json/.test(String(answer.headers['content-type'])) ? complaint : undefined;
  const describe = spoken === undefined ? {} : { describe: () => spoken.replace(/\s+/g, ' ') };
  const outcome = judge(answer, io, { tooLarge: TOO_LARGE, ...describe });
  return withWindow(outcome, answer);
}

/** Discord tells with each answer how much of its window is left: who goes on all the same is banned for a while. */
function withWindow(outcome: Outcome, { headers, body }: HttpAnswer): Outcome {
  const resetMs = Math.ceil(Number(headers['x-ratelimit-reset-after'] ?? Number.NaN) * 1000);
  if (outcome.ok) {
    return resetMs > 0 && headers['x-ratelimit-remaining'] === '0' ? { ...outcome, holdMs: resetMs } : outcome;
  }
  if (outcome.reason !== 'rateLimited' || outcome.retryAfterMs !== undefined) return outcome;
  // Without the header the body says it too. The window is that of the webhook alone, and others may share the limit.
  const { retry_after: seconds } = fieldsIn(body);
  const waitMs = typeof seconds === 'number' && seconds >= 0 ? Math.ceil(seconds * 1000) : resetMs;
  return waitMs >= 0 ? { ...outcome, retryAfterMs: waitMs } : outcome;
}

/** The answer as discord.js wants it. */
function responseOf(exchanged: Exchange): Response {
  if (exchanged.failure !== undefined) throw new Unreachable(exchanged.failure);
  const { status, body, headers } = exchanged.answer;
  const type = headers['content-type'];
  return new Response(status === 204 || status === 205 || status === 304 ? null : body, {
    status: Math.max(200, status),
    ...(typeof type === 'string' ? { headers: { 'content-type': type } } : {}),
  });
}

/** Ends discord.js's work; what happened is known to whoever asked for it. */
class Unreachable extends Error {
  constructor(failure: Failure) {
    super(failure.message);
  }
}
