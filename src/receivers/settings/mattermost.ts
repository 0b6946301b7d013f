// The keys of an entry of `mattermost_configs`.

import {
  bool,
  embedded,
  file,
  inheritedSection,
  list,
  maybe,
  type Schema,
  secretUrl,
  section,
  template,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import type { GlobalSettings } from './global.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { atMostOne, isSet } from './tls.ts';

export interface MattermostField {
  readonly title: string;
  readonly value: string;
  readonly short: boolean | undefined;
}

/** What a message shows in a frame: as in Slack. Absent strings are ''. */
export interface MattermostAttachment {
  readonly fallback: string;
  readonly color: string;
  readonly pretext: string;
  readonly text: string;
  readonly author_name: string;
  readonly author_link: string;
  readonly author_icon: string;
  readonly title: string;
  readonly title_link: string;
  readonly fields: readonly MattermostField[];
  readonly thumb_url: string;
  readonly footer: string;
  readonly footer_icon: string;
  readonly image_url: string;
}

export interface MattermostProps {
  readonly card: string;
}

export interface MattermostPriority {
  readonly priority: string;
  readonly requested_ack: boolean;
  readonly persistent_notifications: boolean;
}

/**
 * Exactly one of `webhook_url` and `webhook_url_file` is set. The attachment's own keys are the only attachment, unless
 * there are `attachments`.
 */
export interface MattermostSettings extends MattermostAttachment {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  readonly webhook_url: Secret | undefined;
  readonly webhook_url_file: string;
  readonly channel: string;
  readonly username: string;
  readonly icon_url: string;
  readonly icon_emoji: string;
  readonly attachments: readonly MattermostAttachment[];
  readonly type: string;
  readonly props: MattermostProps | undefined;
  readonly priority: MattermostPriority | undefined;
}

const fieldSchema: Schema<MattermostField> = {
  title: 'Mattermost field',
  fields: { title: template(), value: template(), short: maybe() },
  check: (given) =>
    (['title', 'value'] as const)
      .filter((key) => given[key] === '')
      .map((key) => ({ keys: [key], message: `${key} is missing: add it` })),
};

const attachmentSchema: Schema<MattermostAttachment> = {
  title: 'Mattermost attachment',
  fields: {
    fallback: template(),
    color: template(),
    pretext: template(),
    text: template(),
    author_name: template(),
    author_link: template(),
    author_icon: template(),
    title: template(),
    title_link: template(),
    fields: list(embedded(fieldSchema)),
    thumb_url: template(),
    footer: template(),
    footer_icon: template(),
    image_url: template(),
  },
};

const propsSchema: Schema<MattermostProps> = { title: 'Mattermost props', fields: { card: template() } };

const prioritySchema: Schema<MattermostPriority> = {
  title: 'Mattermost priority',
  fields: { priority: template(), requested_ack: bool(), persistent_notifications: bool() },
};

function defaultTemplate(name: string): string {
  return `{{ template "mattermost.default.${name}" . }}`;
}

export const mattermostSchema: Schema<MattermostSettings> = {
  title: 'Mattermost receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    webhook_url: secretUrl(),
    webhook_url_file: file(),
    channel: template(),
    username: template({ default: defaultTemplate('username') }),
    text: template({ default: defaultTemplate('text') }),
    fallback: template({ default: defaultTemplate('fallback') }),
    color: template({ default: defaultTemplate('color') }),
    pretext: template(),
    author_name: template(),
    author_link: template(),
    author_icon: template(),
    title: template({ default: defaultTemplate('title') }),
    title_link: template({ default: defaultTemplate('titlelink') }),
    fields: list(embedded(fieldSchema)),
    thumb_url: template(),
    footer: template(),
    footer_icon: template(),
    image_url: template(),
    icon_url: template(),
    icon_emoji: template(),
    attachments: list(embedded(attachmentSchema)),
    type: template(),
    props: section(propsSchema),
    priority: section(prioritySchema),
  },
  check: (given) => atMostOne(given, ['webhook_url', 'webhook_url_file']),
  complete: completeMattermost,
};

/** Both keys are inherited together: a file in `global:` means nothing to an entry that has a URL. */
function completeMattermost(
  inherited: MattermostSettings,
  _given: Partial<MattermostSettings>,
  globals: GlobalSettings,
) {
  if (isSet(inherited.webhook_url) || inherited.webhook_url_file !== '') return { settings: inherited, findings: [] };
  const { mattermost_webhook_url: webhook_url, mattermost_webhook_url_file: webhook_url_file } = globals;
  const nowhere = {
    keys: ['webhook_url', 'webhook_url_file'],
    message:
      'there is nowhere to send to: add webhook_url or webhook_url_file here, or mattermost_webhook_url or mattermost_webhook_url_file to global',
  };
  return {
    settings: { ...inherited, webhook_url, webhook_url_file },
    findings: isSet(webhook_url) || webhook_url_file !== '' ? [] : [nowhere],
  };
}
