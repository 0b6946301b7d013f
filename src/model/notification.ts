// What is told to a receiver, and what came of telling it: the nouns that the engine, the receivers and the runtime
// hand to each other.

import type { LabelSet } from './labels.ts';

/** The instant that Go calls the zero time: 0001-01-01T00:00:00Z, in milliseconds. The end of an alert that still fires. */
export const ZERO_TIME = -62_135_596_800_000;

/** Why a notification is sent; the texts are Alertmanager's and appear in webhook bodies (`notification_reason`). */
export type NotifyReason =
  | 'first notification'
  | 'new alerts added'
  | 'some alerts resolved'
  | 'all alerts resolved'
  | 'repeat interval elapsed';

/** An alert as it was at the instant of the flush. */
export interface NotifiedAlert {
  readonly status: 'firing' | 'resolved';
  readonly fingerprint: string;
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly startsAt: number;
  /** `ZERO_TIME` while firing. */
  readonly endsAt: number;
  readonly generatorURL: string;
}

/** Everything a receiver needs in order to render: no clock, no configuration but its own settings. */
export interface Notification {
  readonly receiver: string;
  /** Alertmanager's group key, e.g. `{}/{team="db"}:{alertname="Down"}`. */
  readonly groupKey: string;
  readonly groupLabels: LabelSet;
  /** Rendered already. */
  readonly routeLabels: LabelSet;
  readonly reason: NotifyReason;
  /** In the order of `compareAlerts`; never empty. When the integration has `send_resolved: false`, firing ones only. */
  readonly alerts: readonly NotifiedAlert[];
  /** The instant of the flush. */
  readonly at: number;
  /** Without a slash at the end. */
  readonly externalURL: string;
  /** What this integration answered to the last notification of this group (a Slack ts, a message id), if it is the same episode. */
  readonly receipt?: string;
}

/** The `reason` label of `alertmanager_notifications_failed_total`, Alertmanager's words. */
export type FailureReason =
  | 'other'
  | 'clientError'
  | 'serverError'
  | 'contextCanceled'
  | 'contextDeadlineExceeded'
  | 'authError'
  | 'rateLimited';

/** What came of one attempt. `message` is for operators and holds no secret, as does `warning`. */
export type Outcome =
  | {
      readonly ok: true;
      readonly receipt?: string;
      /** It was told, but not as it should have been: a template failed, one of several addresses was refused. */
      readonly warning?: string;
      /** The other side wants no more for so long, whatever it is about: its window is used up. Milliseconds. */
      readonly holdMs?: number;
    }
  | {
      readonly ok: false;
      readonly retry: boolean;
      readonly reason: FailureReason;
      readonly retryAfterMs?: number;
      readonly message: string;
      /** It was refused for its size: a short plain text may get through. */
      readonly tooLarge?: true;
      /** All the same somebody may have been told: there was no answer in time, or some were told and some not. */
      readonly maybeTold?: true;
    };
