// The keys of an entry of `slack_configs`.

import {
  bool,
  embedded,
  type Finding,
  file,
  goDuration,
  inheritedSection,
  list,
  maybe,
  type Schema,
  secret,
  secretUrl,
  section,
  template,
  text,
  url,
} from '../../model/schema.ts';
import { Secret } from '../../model/secret.ts';
import type { GlobalSettings } from './global.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { atMostOne, isSet } from './tls.ts';

export interface SlackConfirmation {
  readonly text: string;
  readonly title: string;
  readonly ok_text: string;
  readonly dismiss_text: string;
}

/** Either `url` is set (then name, value and confirm are not) or `name` is. */
export interface SlackAction {
  readonly type: string;
  readonly text: string;
  readonly url: string;
  readonly style: string;
  readonly name: string;
  readonly value: string;
  readonly confirm: SlackConfirmation | undefined;
}

export interface SlackField {
  readonly title: string;
  readonly value: string;
  /** `short_fields` decides when the file does not say. */
  readonly short: boolean | undefined;
}

/**
 * Absent strings are '', absent secrets `undefined`. Exactly one of `api_url` and `api_url_file` says where to post. With
 * an app token, `api_url` is the app's URL and `http_config.authorization` carries the token already.
 */
export interface SlackSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly api_url: Secret | undefined;
  readonly api_url_file: string;
  readonly app_token: Secret | undefined;
  readonly app_token_file: string;
  readonly app_url: string;
  readonly channel: string;
  readonly username: string;
  readonly color: string;
  readonly title: string;
  readonly title_link: string;
  readonly pretext: string;
  readonly text: string;
  readonly message_text: string;
  readonly fields: readonly SlackField[];
  readonly short_fields: boolean;
  readonly footer: string;
  readonly fallback: string;
  readonly callback_id: string;
  readonly icon_emoji: string;
  readonly icon_url: string;
  readonly image_url: string;
  readonly thumb_url: string;
  readonly link_names: boolean;
  /** Empty stands for fallback, pretext and text. */
  readonly mrkdwn_in: readonly string[];
  readonly actions: readonly SlackAction[];
  readonly update_message: boolean;
  /** Milliseconds; 0 for no limit of its own. */
  readonly timeout: number;
}

function required<T>(given: T, keys: readonly (keyof T & string)[]): readonly Finding[] {
  return keys.filter((key) => !isSet(given[key])).map((key) => ({ keys: [key], message: `${key} is missing: add it` }));
}

const confirmationSchema: Schema<SlackConfirmation> = {
  title: 'Slack confirmation',
  fields: { text: template(), title: template(), ok_text: template(), dismiss_text: template() },
  check: (given) => required(given, ['text']),
};

const actionSchema: Schema<SlackAction> = {
  title: 'Slack action',
  fields: {
    type: template(),
    text: template(),
    url: template(),
    style: template(),
    name: template(),
    value: template(),
    confirm: section(confirmationSchema),
  },
  check: (given) => [
    ...required(given, ['type', 'text']),
    ...(given.url === '' && given.name === ''
      ? [{ keys: ['url', 'name'], message: 'an action needs url or name: add one of them' }]
      : []),
  ],
  normalize: (given) => (given.url === '' ? given : { ...given, name: '', value: '', confirm: undefined }),
};

const fieldSchema: Schema<SlackField> = {
  title: 'Slack field',
  fields: { title: template(), value: template(), short: maybe() },
  check: (given) => required(given, ['title', 'value']),
};

const POST_MESSAGE = 'https://slack.com/api/chat.postMessage';

function defaultTemplate(name: string): string {
  return `{{ template "slack.default.${name}" . }}`;
}

export const slackSchema: Schema<SlackSettings> = {
  title: 'Slack receiver',
  fields: {
    send_resolved: bool({ always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    api_url: secretUrl(),
    api_url_file: file(),
    app_token: secret(),
    app_token_file: file(),
    app_url: url({ global: 'slack_app_url' }),
    channel: template(),
    username: template({ default: defaultTemplate('username') }),
    color: template({ default: defaultTemplate('color') }),
    title: template({ default: defaultTemplate('title') }),
    title_link: template({ default: defaultTemplate('titlelink') }),
    pretext: template({ default: defaultTemplate('pretext') }),
    text: template({ default: defaultTemplate('text') }),
    message_text: template(),
    fields: list(embedded(fieldSchema)),
    short_fields: bool({ always: true }),
    footer: template({ default: defaultTemplate('footer') }),
    fallback: template({ default: defaultTemplate('fallback') }),
    callback_id: template({ default: defaultTemplate('callbackid') }),
    icon_emoji: template({ default: defaultTemplate('iconemoji') }),
    icon_url: template({ default: defaultTemplate('iconurl') }),
    image_url: template(),
    thumb_url: template(),
    link_names: bool({ always: true }),
    mrkdwn_in: list(text()),
    actions: list(embedded(actionSchema)),
    update_message: bool({ always: true }),
    timeout: goDuration({ always: true }),
  },
  check: (given) => [
    ...atMostOne(given, ['api_url', 'api_url_file']),
    ...atMostOne(given, ['app_token', 'app_token_file']),
    ...((isSet(given.api_url) || given.api_url_file !== '') && (isSet(given.app_token) || given.app_token_file !== '')
      ? [
          {
            keys: [given.app_token_file === '' ? 'app_token' : 'app_token_file', 'api_url', 'api_url_file'],
            message: 'api_url and app_token are two ways to reach Slack: remove one of them',
          },
        ]
      : []),
    ...(given.update_message && given.api_url?.reveal() !== POST_MESSAGE
      ? [{ keys: ['update_message'], message: `only bot tokens can update a message: set api_url to ${POST_MESSAGE}` }]
      : []),
  ],
  complete: completeSlack,
};

/** Alertmanager's rules of precedence between webhook URLs, app tokens and authorization, here and in `global:`. */
function completeSlack(inherited: SlackSettings, given: Partial<SlackSettings>, globals: GlobalSettings) {
  let { app_token, app_token_file, api_url, api_url_file, http_config } = inherited;
  const authorized = given.http_config?.authorization !== undefined;
  if (!isSet(app_token) && app_token_file === '' && !authorized && !isSet(api_url)) {
    app_token = globals.slack_app_token;
    app_token_file = globals.slack_app_token_file;
  }
  if (!isSet(api_url) && api_url_file === '') {
    api_url = globals.slack_api_url;
    api_url_file = globals.slack_api_url_file;
  }
  const findings: Finding[] = [];
  const hasToken = isSet(app_token) || app_token_file !== '';
  if (!hasToken && !isSet(api_url) && api_url_file === '') findings.push(nowhere);
  if (inherited.app_url === '') findings.push(noAppUrl);
  if (hasToken) {
    if (http_config.authorization !== undefined) findings.push(authorizedTwice);
    const authorization = { type: 'Bearer', credentials: app_token, credentials_file: app_token_file };
    http_config = { ...http_config, authorization: { ...authorization, credentials_ref: '' } };
    api_url = new Secret(inherited.app_url);
  }
  const settings = { ...inherited, app_token, app_token_file, api_url, api_url_file, http_config };
  return { settings, findings };
}

const nowhere: Finding = {
  keys: ['api_url', 'api_url_file', 'app_token', 'app_token_file'],
  message:
    'there is no way to reach Slack: add api_url, api_url_file, app_token or app_token_file here, or slack_api_url or slack_app_token to global',
};

const noAppUrl: Finding = {
  keys: ['app_url'],
  message: 'there is no URL of the Slack API: add app_url here or slack_app_url to global',
};

const authorizedTwice: Finding = {
  keys: ['http_config', 'app_token', 'app_token_file'],
  message: 'an app token is the authorization already: remove authorization from http_config, or the app token',
};
