// The keys of an entry of `wechat_configs`.

import {
  bool,
  type Finding,
  file,
  inheritedSection,
  type Schema,
  secret,
  template,
  text,
  url,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { asFolder } from './folder.ts';
import type { GlobalSettings } from './global.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { atMostOne, isSet } from './tls.ts';

/**
 * Absent strings are '', absent secrets `undefined`. Exactly one of `api_secret` and `api_secret_file` is set. The secret
 * and the id of the corporation may be templates, as may what the message says and whom it goes to.
 */
export interface WechatSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly api_secret: Secret | undefined;
  readonly api_secret_file: string;
  readonly corp_id: string;
  readonly message: string;
  /** Its path ends in a slash. */
  readonly api_url: string;
  readonly to_user: string;
  readonly to_party: string;
  readonly to_tag: string;
  readonly agent_id: string;
  /** `text` or `markdown`. */
  readonly message_type: string;
}

function defaultTemplate(name: string): string {
  return `{{ template "wechat.default.${name}" . }}`;
}

export const wechatSchema: Schema<WechatSettings> = {
  title: 'WeChat receiver',
  fields: {
    send_resolved: bool({ always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    api_secret: secret(),
    api_secret_file: file(),
    corp_id: template({ global: 'wechat_api_corp_id' }),
    message: template({ default: defaultTemplate('message') }),
    api_url: url({ global: 'wechat_api_url' }),
    to_user: template({ default: defaultTemplate('to_user') }),
    to_party: template({ default: defaultTemplate('to_party') }),
    to_tag: template({ default: defaultTemplate('to_tag') }),
    agent_id: template({ default: defaultTemplate('agent_id') }),
    message_type: text(),
  },
  check: (given) => [
    ...(['', 'text', 'markdown'].includes(given.message_type)
      ? []
      : [{ keys: ['message_type'], message: 'write text or markdown' }]),
    ...atMostOne(given, ['api_secret', 'api_secret_file']),
  ],
  normalize: (given) => ({ ...given, message_type: given.message_type || 'text' }),
  complete: completeWechat,
};

/** The two keys of the secret stand in for each other, so that they are inherited together. */
function completeWechat(inherited: WechatSettings, _given: Partial<WechatSettings>, globals: GlobalSettings) {
  const findings: Finding[] = [];
  let { api_secret, api_secret_file } = inherited;
  if (!isSet(api_secret) && api_secret_file === '') {
    api_secret = globals.wechat_api_secret;
    api_secret_file = globals.wechat_api_secret_file;
    if (!isSet(api_secret) && api_secret_file === '') findings.push(noSecret);
  }
  if (inherited.corp_id === '') findings.push(noCorporation);
  return { settings: { ...inherited, api_secret, api_secret_file, api_url: asFolder(inherited.api_url) }, findings };
}

const noSecret: Finding = {
  keys: ['api_secret', 'api_secret_file'],
  message:
    'there is no API secret: add api_secret or api_secret_file here, or wechat_api_secret or wechat_api_secret_file to global',
};

const noCorporation: Finding = {
  keys: ['corp_id'],
  message: 'there is no corporation: add corp_id here or wechat_api_corp_id to global',
};
