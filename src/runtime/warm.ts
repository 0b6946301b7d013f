// Renders one notification for each type of receiver before the first is due: templates are parsed and code is compiled
// when nobody waits for it.

import type { Config } from '../model/config.ts';
import { type Notification, ZERO_TIME } from '../model/notification.ts';
import { prepare } from '../receivers/index.ts';
import type { Templates } from '../template/templates.ts';

/** Sends nothing. A template that fails here says nothing of real notifications, so that its error is left for those. */
export function warm(config: Config, templates: Templates, now: number): void {
  const done = new Set<string>();
  for (const { name, integrations } of config.receivers) {
    for (const integration of integrations) {
      if (done.has(integration.type)) continue;
      done.add(integration.type);
      prepare(integration, sample(name, now), templates);
    }
  }
}

function sample(receiver: string, now: number): Notification {
  const labels = { alertname: 'Sample', instance: 'localhost', severity: 'none' };
  return {
    receiver,
    groupKey: '{}:{alertname="Sample"}',
    groupLabels: { alertname: 'Sample' },
    routeLabels: {},
    reason: 'first notification',
    alerts: [
      {
        status: 'firing',
        fingerprint: '0000000000000000',
        labels,
        annotations: { summary: 'A sample' },
        startsAt: now,
        endsAt: ZERO_TIME,
        generatorURL: '',
      },
    ],
    at: now,
    externalURL: '',
  };
}
