// What tests of a receiver render: an integration as the configuration would give it, and the notifications that every
// receiver must be able to tell.

import type { Notification, Outcome } from '../../src/model/notification.ts';
import type { Schema } from '../../src/model/schema.ts';
import { type Prepared, prepare } from '../../src/receivers/index.ts';
import type { ReceiverIO } from '../../src/receivers/receiver.ts';
import { firing, notificationOf, resolved } from './notifications.ts';
import { attemptIO, httpSettings, settingsOf } from './receiving.ts';
import { defaultTemplates } from './templates.ts';

const templates = defaultTemplates();

export const down = (instance: string) =>
  firing({ alertname: 'Down', instance, severity: 'page' }, { summary: `<${instance}> & "down"` });
export const up = (instance: string) =>
  resolved({ alertname: 'Down', instance, severity: 'page' }, { summary: `<${instance}> is *up*` });

export const situations: Readonly<Record<'firing' | 'resolved' | 'mixed', Notification>> = {
  firing: notificationOf([down('a'), down('b')]),
  resolved: notificationOf([up('a'), up('b')], { reason: 'all alerts resolved' }),
  mixed: notificationOf([down('a'), up('b')], { reason: 'some alerts resolved' }),
};

export const huge = notificationOf(Array.from({ length: 5000 }, (_, i) => down(`host-${i}-ü`)));

/** One integration of that type, with those settings beside the defaults. */
export class Integration<T extends { readonly http_config: unknown }> {
  readonly #type: string;
  readonly settings: T;

  constructor(type: string, schema: Schema<T>, given: Partial<T>) {
    this.#type = type;
    this.settings = settingsOf(schema, { http_config: httpSettings(), ...given });
  }

  prepare(notification: Notification): Prepared {
    return prepare(
      { type: this.#type, index: 0, sendResolved: true, settings: this.settings },
      notification,
      templates,
    );
  }

  /** One attempt to tell of it. */
  send(notification: Notification = situations.firing, io: Partial<ReceiverIO> = {}): Promise<Outcome> {
    return this.prepare(notification).send(attemptIO(io));
  }
}
