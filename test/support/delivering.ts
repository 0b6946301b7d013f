// The engine, the loop and the deliverer as in the server, over a store in memory: what is fired is sent for real.

import { Engine } from '../../src/engine/engine.ts';
import type { Delivery } from '../../src/engine/types.ts';
import type { Config } from '../../src/model/config.ts';
import { fingerprint, type LabelSet } from '../../src/model/labels.ts';
import type { Outcome } from '../../src/model/notification.ts';
import { concurrentOf, prepare } from '../../src/receivers/index.ts';
import { Deliverer, type DelivererOptions } from '../../src/runtime/deliver.ts';
import { Loop } from '../../src/runtime/loop.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { attemptIO } from './receiving.ts';
import { defaultTemplates } from './templates.ts';

export interface Delivering {
  readonly loop: Loop;
  readonly deliverer: Deliverer;
  /** Of all attempts that have ended. */
  readonly outcomes: { readonly delivery: Delivery; readonly outcome: Outcome }[];
  /** An alert for each, which fires for an hour. */
  fire(labels: readonly LabelSet[]): Promise<void>;
  reload(config: Config): Promise<void>;
  close(): Promise<void>;
}

export function startDelivering(first: Config, options: Partial<DelivererOptions> = {}): Delivering {
  let config = first;
  const templates = defaultTemplates();
  const outcomes: { delivery: Delivery; outcome: Outcome }[] = [];
  const deliverer: Deliverer = new Deliverer(
    () => ({ config, templates }),
    (integration, notification, using, signal) =>
      prepare(integration, notification, using).send(attemptIO({ signal, now: Date.now() })),
    (attempt, outcome) => void loop.submit({ type: 'sent', attempt, outcome }),
    { attempted: (delivery, outcome) => outcomes.push({ delivery, outcome }), routeLabelFailed: () => {} },
    { externalURL: () => 'http://tocsin.example', concurrency: 50, concurrentOf, ...options },
  );
  const loop: Loop = new Loop(new Engine(config, Date.now()), new MemoryStore(), {
    send: (delivery) => deliverer.send(delivery),
    stepped: () => {},
    committed: () => {},
    commitFailed: () => {},
    commitRecovered: () => {},
  });
  return {
    loop,
    deliverer,
    outcomes,
    fire: async (all) => {
      const now = Date.now();
      const times = { startsAt: now, endsAt: now + 3_600_000, updatedAt: now, timeout: false };
      const alerts = all.map((labels) => {
        return { fingerprint: fingerprint(labels), labels, annotations: {}, generatorURL: '', ...times };
      });
      await loop.submit({ type: 'alerts', alerts });
    },
    reload: async (next) => {
      config = next;
      const taken = loop.submit({ type: 'config', config });
      deliverer.reloaded();
      await taken;
    },
    close: async () => {
      await deliverer.stop(0);
      await loop.stop();
    },
  };
}
