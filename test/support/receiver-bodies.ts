// The same three notifications through the real Alertmanager and through our receivers: some alerts fire, one of them is
// resolved, then all are. What ours renders is read back from a webhook's standard body, so that times are the same as well.

import { expect } from 'vitest';
import type { Notification, NotifiedAlert, NotifyReason } from '../../src/model/notification.ts';
import { prepare } from '../../src/receivers/index.ts';
import { testConfig } from './config.ts';
import { HttpSink } from './http-sink.ts';
import { type Server, startServer } from './process.ts';
import { attemptIO } from './receiving.ts';
import { defaultTemplates } from './templates.ts';

const EXTERNAL_URL = 'http://alerts.example.org/am';
export const RECEIVER = 'team.ops (a)';

/** The states of the alerts in each notification. */
export const FLUSHES = [
  ['firing', 'firing', 'firing'],
  ['firing', 'resolved', 'firing'],
  ['resolved', 'resolved'],
] as const;

export interface Told {
  /** One for each of `FLUSHES`. */
  readonly notifications: readonly Notification[];
  /** What Alertmanager logged, at level debug. */
  readonly log: string;
}

/**
 * Notifies through the real Alertmanager with one receiver that has those `*_configs`. `told` says how often each of
 * them was told so far: a notification is over when all were told as often. Rejects when that does not come.
 */
export async function tellByAlertmanager(
  configs: Readonly<Record<string, readonly object[]>>,
  told: () => readonly number[],
  global: object = {},
): Promise<Told> {
  const hook = await HttpSink.start();
  const alertmanager = await startServer({
    kind: 'alertmanager',
    // JSON.stringify leaves out what is undefined; the rest Alertmanager reads as it stands.
    config: JSON.stringify({
      global: { resolve_timeout: '1h', ...global },
      route: {
        receiver: RECEIVER,
        group_by: ['alertname', 'team'],
        group_wait: '1s',
        group_interval: '1s',
        repeat_interval: '1h',
      },
      receivers: [{ name: RECEIVER, webhook_configs: [{ url: hook.url('/') }], ...configs }],
    }),
    flags: [`--web.external-url=${EXTERNAL_URL}`, '--web.route-prefix=/'],
  });
  try {
    const over = async (count: number) => {
      const deadline = Date.now() + 12_000;
      while (![hook.requests.length, ...told()].every((times) => times >= count)) {
        if (Date.now() > deadline)
          throw new Error(`notification ${count} did not come:\n${alertmanager.program.output}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    // Young enough for the group to wait for all of them.
    const start = Date.now() - 900;
    await post(alertmanager, [alertOf(start, 'a'), alertOf(start, 'bb'), alertOf(start, 'ccc')]);
    await over(1);
    await post(alertmanager, [alertOf(start, 'bb', Date.now())]);
    await over(2);
    const now = Date.now();
    await post(alertmanager, [alertOf(start, 'a', now), alertOf(start, 'ccc', now)]);
    await over(3);
    const notifications = hook.bodies().map(notificationFrom);
    expect(notifications.map(({ alerts }) => alerts.map(({ status }) => status))).toEqual(FLUSHES);
    return { notifications, log: alertmanager.program.output };
  } finally {
    await alertmanager.stop();
    await hook.close();
  }
}

/** Ours tell the notification to every one of those `*_configs`, as the configuration would have them. All must succeed. */
export async function tellByOurs(
  configs: Readonly<Record<string, readonly object[]>>,
  notification: Notification,
): Promise<void> {
  const config = testConfig(JSON.stringify({ route: { receiver: 'r' }, receivers: [{ name: 'r', ...configs }] }));
  for (const integration of config.receivers[0]!.integrations) {
    const prepared = prepare(integration, notification, defaultTemplates());
    expect(prepared.renderError).toBeUndefined();
    expect(await prepared.send(attemptIO())).toMatchObject({ ok: true });
  }
}

function alertOf(start: number, instance: string, endsAt?: number): object {
  return {
    labels: { alertname: 'Döwn & <out>', instance, severity: 'warning', team: 'a"b' },
    annotations: { text: 'text "with" <b>&amp;</b> 🔥\nand a second line', only: instance },
    startsAt: new Date(start + instance.length * 100 + 7).toISOString(),
    generatorURL: 'http://prometheus.example/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
    ...(endsAt === undefined ? {} : { endsAt: new Date(endsAt).toISOString() }),
  };
}

async function post(alertmanager: Server, alerts: readonly object[]): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${alertmanager.port}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  });
  expect(response.status).toBe(200);
}

interface StandardBody {
  readonly groupKey: string;
  readonly groupLabels: Notification['groupLabels'];
  readonly routeLabels?: Notification['routeLabels'];
  readonly notification_reason?: NotifyReason;
  readonly externalURL: string;
  readonly alerts: readonly (Omit<NotifiedAlert, 'startsAt' | 'endsAt'> & { startsAt: string; endsAt: string })[];
}

/** The notification that a webhook's standard body tells of, to `RECEIVER`. */
export function notificationFrom(body: unknown): Notification {
  const told = body as StandardBody;
  return {
    // Escaped in the body.
    receiver: RECEIVER,
    groupKey: told.groupKey,
    groupLabels: told.groupLabels,
    routeLabels: told.routeLabels ?? {},
    reason: told.notification_reason ?? 'first notification',
    alerts: told.alerts.map((alert) => ({
      ...alert,
      startsAt: Date.parse(alert.startsAt),
      endsAt: Date.parse(alert.endsAt),
    })),
    at: Date.now(),
    externalURL: told.externalURL,
  };
}
