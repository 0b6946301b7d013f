// The keys of an entry of `webhook_configs`.

import {
  bool,
  count,
  file,
  goDuration,
  inheritedSection,
  type Schema,
  secretTemplateUrl,
  type Tree,
  tree,
} from '../../model/schema.ts';
import type { Secret } from '../../model/secret.ts';
import { type HttpClientSettings, httpClientSchema } from './http.ts';
import { exactlyOne } from './tls.ts';

/** Absent strings are '', absent secrets and trees `undefined`. Exactly one of `url` and `url_file` is set. */
export interface WebhookSettings {
  readonly send_resolved: boolean;
  readonly http_config: HttpClientSettings;
  /** May be a template. */
  readonly url: Secret | undefined;
  readonly url_file: string;
  /** 0 for all of them. */
  readonly max_alerts: number;
  /** Milliseconds; 0 for no limit of its own. */
  readonly timeout: number;
  /** Replaces the body: every string in it is a template. */
  readonly payload: Tree | undefined;
}

export const webhookSchema: Schema<WebhookSettings> = {
  title: 'webhook receiver',
  fields: {
    send_resolved: bool({ default: true, always: true }),
    http_config: inheritedSection(httpClientSchema, { global: 'http_config' }),
    url: secretTemplateUrl(),
    url_file: file({ always: true }),
    max_alerts: count({ always: true }),
    timeout: goDuration({ always: true }),
    payload: tree(),
  },
  check: (given) => exactlyOne(given, ['url', 'url_file'], 'there is nowhere to send to'),
};
