// The books of the kill test: what was asked for, what was acknowledged, and what must therefore be true after a start.
// What was asked for and not acknowledged may have happened or not; a batch of alerts happens whole or not at all.

import { call, isRecord } from './harness.ts';

type Fate = 'yes' | 'no' | 'maybe';

interface Entry {
  readonly id: string;
  readonly batch: string;
  readonly startsAt: string;
  /** Whether the report that it fires was acknowledged. */
  fired: Fate;
  /** Whether the report of its end was. */
  ended: Fate;
  /** When the two were asked for, milliseconds since 1970. */
  firedAt: number;
  endedAt: number;
}

interface Hush {
  readonly batch: string;
  readonly id: string | undefined;
  expired: Fate;
}

/** Whether a POST was acknowledged. Anything but 200 from a living server is a failure of the test. */
export async function post(url: string, body: unknown, signal?: AbortSignal): Promise<Fate> {
  try {
    const reply = await call('POST', url, body, signal);
    if (reply.status === 200) return 'yes';
    throw new Refused(`${url}: ${reply.status} ${reply.text}`);
  } catch (error) {
    if (error instanceof Refused) throw error;
    return 'maybe';
  }
}

class Refused extends Error {}

export class Ledger {
  readonly #alerts = new Map<string, Entry>();
  readonly #batches = new Map<string, Entry[]>();
  readonly #hushes: Hush[] = [];

  get counts(): { alerts: number; resolved: number; silences: number; unknown: number } {
    const alerts = [...this.#alerts.values()];
    return {
      alerts: alerts.filter((entry) => entry.fired === 'yes').length,
      resolved: alerts.filter((entry) => entry.ended === 'yes').length,
      silences: this.#hushes.filter((hush) => hush.id !== undefined).length,
      unknown: alerts.filter((entry) => entry.fired === 'maybe' || entry.ended === 'maybe').length,
    };
  }

  /** Requests that were answered with 200. */
  acknowledged = 0;

  summary(): string {
    const { alerts, resolved, silences, unknown } = this.counts;
    return `${alerts} alerts and ${resolved} ends acknowledged, ${silences} silences, ${unknown} alerts of unknown fate`;
  }

  async fire(url: string, batch: string, size: number, signal: AbortSignal): Promise<void> {
    const startsAt = new Date().toISOString();
    const entries = Array.from({ length: size }, (_, i): Entry => {
      return { id: `${batch}-${i}`, batch, startsAt, fired: 'maybe', ended: 'no', firedAt: Date.now(), endedAt: 0 };
    });
    this.#batches.set(batch, entries);
    for (const entry of entries) this.#alerts.set(entry.id, entry);
    const fate = await post(
      `${url}/api/v2/alerts`,
      entries.map((entry) => report(entry, 3600_000)),
      signal,
    );
    for (const entry of entries) entry.fired = fate;
    if (fate === 'yes') this.acknowledged++;
  }

  /** Resolves one whole batch that was acknowledged. */
  async resolve(url: string, dice: number, signal: AbortSignal): Promise<void> {
    const batches = [...this.#batches.values()].filter((entries) =>
      entries.every((entry) => entry.fired === 'yes' && entry.ended === 'no'),
    );
    const entries = batches[Math.floor(dice * batches.length)];
    if (entries === undefined) return;
    for (const entry of entries) {
      entry.ended = 'maybe';
      entry.endedAt = Date.now();
    }
    const fate = await post(
      `${url}/api/v2/alerts`,
      entries.map((entry) => report(entry, 0)),
      signal,
    );
    for (const entry of entries) entry.ended = fate;
    if (fate === 'yes') this.acknowledged++;
  }

  /** A silence, and when it is acknowledged a batch under it, which must never be told. */
  async silence(url: string, batch: string, signal: AbortSignal): Promise<void> {
    const now = Date.now();
    const body = {
      matchers: [{ name: 'batch', value: batch, isRegex: false, isEqual: true }],
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + 3600_000).toISOString(),
      createdBy: 'ledger',
      comment: batch,
    };
    let id: unknown;
    try {
      const reply = await call('POST', `${url}/api/v2/silences`, body, signal);
      if (reply.status !== 200) throw new Refused(`silence: ${reply.status} ${reply.text}`);
      id = isRecord(reply.body) ? reply.body['silenceID'] : undefined;
    } catch (error) {
      if (error instanceof Refused) throw error;
      return;
    }
    this.#hushes.push({ batch, id: String(id), expired: 'no' });
    this.acknowledged++;
    if (!signal.aborted) await this.fire(url, batch, 2, signal);
  }

  /** Ends a silence of a batch of its own, whose alerts are told from then on. */
  async expire(url: string, dice: number, signal: AbortSignal): Promise<void> {
    const open = this.#hushes.filter((hush) => hush.expired === 'no');
    const hush = open[Math.floor(dice * open.length)];
    if (hush?.id === undefined) return;
    hush.expired = 'maybe';
    try {
      const reply = await call('DELETE', `${url}/api/v2/silence/${hush.id}`, undefined, signal);
      if (reply.status !== 200) throw new Refused(`expire: ${reply.status} ${reply.text}`);
      hush.expired = 'yes';
      this.acknowledged++;
    } catch (error) {
      if (error instanceof Refused) throw error;
    }
  }

  /** What is not as it was acknowledged, one line each. */
  async audit(url: string): Promise<string[]> {
    const problems: string[] = [];
    const [alerts, silences] = await Promise.all([
      call('GET', `${url}/api/v2/alerts`),
      call('GET', `${url}/api/v2/silences`),
    ]);
    const shown = new Map<string, Record<string, unknown>>();
    for (const alert of records(alerts.body)) {
      const labels = isRecord(alert['labels']) ? alert['labels'] : {};
      shown.set(String(labels['id']), alert);
    }
    for (const entry of this.#alerts.values()) {
      const alert = shown.get(entry.id);
      if (entry.fired === 'yes' && entry.ended === 'no' && alert === undefined)
        problems.push(`alert ${entry.id} is gone`);
      if (entry.ended === 'yes' && alert !== undefined) problems.push(`alert ${entry.id} is back from its end`);
      if (alert !== undefined && !isDeepReport(alert, entry))
        problems.push(`alert ${entry.id} is changed: ${JSON.stringify(alert)}`);
    }
    for (const [batch, entries] of this.#batches) {
      const there = entries.filter((entry) => shown.has(entry.id)).length;
      if (there !== 0 && there !== entries.length)
        problems.push(`batch ${batch}: ${there} of ${entries.length} alerts`);
    }
    for (const id of shown.keys())
      if (id !== 'last' && !this.#alerts.has(id)) problems.push(`alert ${id} was never posted`);
    const states = new Map(records(silences.body).map((silence) => [silence['id'], silence]));
    for (const hush of this.#hushes) {
      const silence = states.get(hush.id);
      const status = isRecord(silence?.['status']) ? silence['status']['state'] : 'gone';
      const right =
        hush.expired === 'maybe' ? status !== 'gone' : status === (hush.expired === 'yes' ? 'expired' : 'active');
      if (!right || silence?.['comment'] !== hush.batch)
        problems.push(`silence ${hush.id} (${hush.batch}) is ${String(status)}, ended: ${hush.expired}`);
    }
    return problems;
  }

  /** Whose last telling is not what was acknowledged. */
  untold(told: ReadonlyMap<string, string>): string[] {
    const out: string[] = [];
    for (const entry of this.#alerts.values()) {
      const last = told.get(entry.id);
      if (this.#quiet(entry.batch) !== 'no') continue;
      if (entry.fired === 'yes' && entry.ended === 'no' && last !== 'firing')
        out.push(`${entry.id} fires since ${clock(entry.firedAt)}, last told: ${last}`);
      if (entry.ended === 'yes' && last === 'firing')
        out.push(
          `${entry.id} fires since ${clock(entry.firedAt)}, has ended ${clock(entry.endedAt)}, last told: ${last}`,
        );
    }
    return out;
  }

  /** What was told although a silence forbids it, or although nobody reported it. */
  tooMuch(told: ReadonlyMap<string, string>): string[] {
    return [...told.keys()].filter((id) => {
      const entry = this.#alerts.get(id);
      return entry === undefined || this.#quiet(entry.batch) === 'yes';
    });
  }

  /** Whether a silence covers the batch for good. */
  #quiet(batch: string): Fate {
    const hush = this.#hushes.find((one) => one.batch === batch);
    if (hush === undefined) return 'no';
    return hush.expired === 'no' ? 'yes' : hush.expired === 'yes' ? 'no' : 'maybe';
  }
}

function report(entry: Entry, forMs: number): unknown {
  return {
    labels: { alertname: 'Load', batch: entry.batch, id: entry.id },
    annotations: { summary: `alert ${entry.id} of batch ${entry.batch}` },
    startsAt: entry.startsAt,
    endsAt: new Date(Date.now() + forMs).toISOString(),
    generatorURL: 'http://prometheus.example/graph',
  };
}

function isDeepReport(alert: Record<string, unknown>, entry: Entry): boolean {
  const annotations = isRecord(alert['annotations']) ? alert['annotations'] : {};
  const labels = isRecord(alert['labels']) ? alert['labels'] : {};
  return (
    labels['batch'] === entry.batch &&
    annotations['summary'] === `alert ${entry.id} of batch ${entry.batch}` &&
    alert['startsAt'] === entry.startsAt &&
    alert['generatorURL'] === 'http://prometheus.example/graph'
  );
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(17, 23);
}

function records(body: unknown): Record<string, unknown>[] {
  return Array.isArray(body) ? body.filter(isRecord) : [];
}
