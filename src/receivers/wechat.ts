// WeChat Work: a message of an application to members, departments and tags of a corporation. Sending takes an access
// token, which is fetched with the application's secret and kept until it expires or WeChat knows it no longer.

import type { FailureReason, Outcome } from '../model/notification.ts';
import { type TemplateData, templateData } from '../template/data.ts';
import type { Templates } from '../template/templates.ts';
import { type Confidential, confidential, reveal } from './confidential.ts';
import { fitAlerts } from './fit.ts';
import { describeError, exchange, failed, type HttpAnswer, jsonRequest, judge } from './http.ts';
import { encodeBody, orNone } from './json.ts';
import type { Failure, ReceiverIO, ReceiverPlugin } from './receiver.ts';
import { REDACTED } from './redact.ts';
import { fieldsIn } from './said.ts';
import { type WechatSettings, wechatSchema } from './settings/wechat.ts';
import { truncateBytes } from './truncate.ts';

export interface WechatMessage {
  readonly corporation: string;
  readonly secret: Confidential;
  /** Keys as in WeChat's API. */
  readonly body: {
    readonly text: { readonly content: string };
    readonly touser: string | undefined;
    readonly toparty: string | undefined;
    readonly totag: string | undefined;
    readonly agentid: string | undefined;
    readonly safe: '0';
    readonly msgtype: string;
    readonly markdown: { readonly content: string };
  };
}

/** https://developer.work.weixin.qq.com/document/path/90236, in bytes: WeChat itself cuts off what is beyond. */
const CONTENT = 2048;

// https://developer.work.weixin.qq.com/document/path/90313
const BUSY = -1;
const TOO_LARGE = 45002;
const rateLimits = new Set([45009, 45033]);
/** The access token is missing, wrong or expired. */
const staleToken = new Set([40001, 40014, 41001, 42001]);
/** The secret or the corporation is wrong, or the application may not do that, or not from this address. */
const refused = new Set([40001, 40013, 40014, 41001, 41002, 41004, 42001, 48002, 60011, 60020, 301002]);

export const wechat: ReceiverPlugin<WechatSettings, WechatMessage> = {
  type: 'wechat',
  settings: wechatSchema,
  // A member gets thirty messages a minute and is not told of the others; and attempts that follow each other share a token.
  concurrent: 1,

  render(notification, settings, templates) {
    const data = templateData(notification);
    const content = fitAlerts(notification, CONTENT, (some, enough) => templates.text(settings.message, some, enough), {
      size: (text) => Buffer.byteLength(text),
    });
    return messageOf(settings, templates, data, content, settings.message_type);
  },

  renderPlain: (notification, settings, templates, plain) =>
    messageOf(
      settings,
      templates,
      templateData(notification),
      truncateBytes(`${plain.title}\n${plain.body}`, CONTENT),
      'text',
    ),

  preview: ({ body }) => JSON.parse(encodeBody(body)) as unknown,

  async send({ corporation, secret, body }, settings, io) {
    let key: string;
    try {
      key = await reveal(secret, io);
    } catch (error) {
      return failed(describeError(error));
    }
    if (corporation === '') return failed('the id of the corporation is empty once its template is executed');
    if (key === '') return failed('the API secret is empty');
    const known = knownToken(settings, corporation, key, io);
    const first = known ?? (await fetchToken(settings, corporation, key, io));
    if (typeof first !== 'string') return first;
    const posted = await post(first, body, settings, io);
    if (!posted.stale) return posted.outcome;
    forgetToken(settings, corporation, key);
    if (known === undefined) return posted.outcome;
    const fresh = await fetchToken(settings, corporation, key, io);
    if (typeof fresh !== 'string') return fresh;
    const again = await post(fresh, body, settings, io);
    if (again.stale) forgetToken(settings, corporation, key);
    return again.outcome;
  },
};

function messageOf(
  settings: WechatSettings,
  templates: Templates,
  data: TemplateData,
  content: string,
  type: string,
): WechatMessage {
  const text = (template: string) => orNone(templates.text(template, data));
  return {
    corporation: templates.text(settings.corp_id, data),
    secret: confidential('api_secret', settings.api_secret, settings.api_secret_file, templates, data),
    body: {
      text: { content: type === 'markdown' ? '' : content },
      touser: text(settings.to_user),
      toparty: text(settings.to_party),
      totag: text(settings.to_tag),
      agentid: text(settings.agent_id),
      safe: '0',
      msgtype: type,
      markdown: { content: type === 'markdown' ? content : '' },
    },
  };
}

interface Token {
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** By settings, so that a reload forgets them, and by corporation and secret, both of which may be templates. */
const tokens = new WeakMap<WechatSettings, Map<string, Token>>();
/** How many corporations and secrets one integration is expected to have at most. */
const KEPT = 32;
/** How long a token is good when WeChat does not say, and how much earlier it is renewed: milliseconds. */
const LIFETIME = 7_200_000;
const EARLY = 300_000;

function knownToken(settings: WechatSettings, corporation: string, key: string, io: ReceiverIO): string | undefined {
  const token = tokens.get(settings)?.get(nameOf(corporation, key));
  return token === undefined || token.expiresAt <= io.now ? undefined : token.text;
}

function forgetToken(settings: WechatSettings, corporation: string, key: string): void {
  tokens.get(settings)?.delete(nameOf(corporation, key));
}

function nameOf(corporation: string, key: string): string {
  return JSON.stringify([corporation, key]);
}

async function fetchToken(
  settings: WechatSettings,
  corporation: string,
  key: string,
  io: ReceiverIO,
): Promise<string | Failure> {
  const url = asked(settings.api_url, 'gettoken', { corpid: corporation, corpsecret: key });
  const { answer, failure } = await exchange({ method: 'GET', url }, settings.http_config, discreet(io));
  if (failure !== undefined) return failure;
  const verdict = verdictOn(answer, 'give an access token', io);
  if (!verdict.ok) return verdict;
  const { access_token, expires_in } = fieldsIn(answer.body);
  if (typeof access_token !== 'string' || access_token === '') return failed('WeChat gave no access token');
  const lifetime = typeof expires_in === 'number' && expires_in > 0 ? expires_in * 1000 : LIFETIME;
  const kept = tokens.get(settings) ?? new Map<string, Token>();
  if (kept.size >= KEPT) kept.clear();
  const expiresAt = io.now + lifetime - Math.min(EARLY, lifetime / 10);
  tokens.set(settings, kept.set(nameOf(corporation, key), { text: access_token, expiresAt }));
  return access_token;
}

/** The same world; whoever watches does not see the token that comes. */
function discreet(io: ReceiverIO): ReceiverIO {
  const { observed } = io;
  if (observed === undefined) return io;
  const hide = (body: string) => body.replace(/("access_token"\s*:\s*)"[^"]*"/g, `$1"${REDACTED}"`);
  return { ...io, observed: (what) => observed(what.body === undefined ? what : { ...what, body: hide(what.body) }) };
}

async function post(
  token: string,
  body: WechatMessage['body'],
  settings: WechatSettings,
  io: ReceiverIO,
): Promise<{ outcome: Outcome; stale: boolean }> {
  const url = asked(settings.api_url, 'message/send', { access_token: token });
  const request = jsonRequest({ url, body: encodeBody(body) });
  const { answer, failure } = await exchange(request, settings.http_config, io);
  if (failure !== undefined) return { outcome: failure, stale: false };
  const outcome = verdictOn(answer, 'take the message', io);
  const { errcode } = fieldsIn(answer.body);
  if (!outcome.ok && typeof errcode === 'number' && staleToken.has(errcode)) {
    // The next attempt has a token of its own.
    return { outcome: { ...outcome, retry: true }, stale: true };
  }
  return { outcome: outcome.ok ? withWarning(answer) : outcome, stale: false };
}

/** An address of the API. The folder's URL is one by Go's rules, not by those of JavaScript: `exchange` says so if need be. */
function asked(folder: string, method: string, query: Readonly<Record<string, string>>): string {
  const [address = ''] = folder.split('#', 1);
  const [path = ''] = address.split('?', 1);
  const own = address.slice(path.length + 1);
  return `${path}${method}?${own === '' ? '' : `${own}&`}${new URLSearchParams(query).toString()}`;
}

/** WeChat says no with status 200. */
function verdictOn(answer: HttpAnswer, wish: string, io: ReceiverIO): Outcome {
  const verdict = judge(answer, io);
  if (!verdict.ok) return verdict;
  const { errcode, errmsg, access_token } = fieldsIn(answer.body);
  if (errcode === 0 || (errcode === undefined && access_token !== undefined)) return verdict;
  if (typeof errcode !== 'number') return failed('the answer is not one of WeChat', 'other', true);
  const message = answer.clean(`WeChat did not ${wish}: ${errcode} ${typeof errmsg === 'string' ? errmsg : ''}`);
  return {
    ...failed(message.trimEnd(), reasonOf(errcode), errcode === BUSY || rateLimits.has(errcode)),
    ...(errcode === TOO_LARGE ? { tooLarge: true } : {}),
  };
}

function reasonOf(errcode: number): FailureReason {
  if (errcode === BUSY) return 'serverError';
  if (rateLimits.has(errcode)) return 'rateLimited';
  return refused.has(errcode) ? 'authError' : 'clientError';
}

/** Whom WeChat did not reach although it took the message. */
function withWarning(answer: HttpAnswer): Outcome {
  const members = fieldsIn(answer.body);
  const missed = ['invaliduser', 'invalidparty', 'invalidtag', 'unlicenseduser'].flatMap((name) => {
    const value = members[name];
    return typeof value === 'string' && value !== '' ? [`${name} ${value}`] : [];
  });
  return missed.length === 0 ? { ok: true } : { ok: true, warning: `WeChat did not reach ${missed.join(', ')}` };
}
