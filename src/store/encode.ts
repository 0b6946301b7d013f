// Turns writes into changes of the database, in the thread of the engine. It knows what is stored by which id, so that
// the database never has to look for anything, and takes that knowledge back when a batch could not be stored.

import type { Decision, LogEntry, Target, Write } from '../engine/types.ts';
import type { Alert } from '../model/alert.ts';
import type { Silence } from '../model/silence.ts';
import { EncodeAlerts } from './encode-alerts.ts';
import { CONTENT_LIFE_MS, fresh, type ListRef, Lists, type Mint } from './lists.ts';
import { type Batch, CHANGE, INSERT, newBatch } from './ops.ts';
import { targetKey } from './target.ts';

/** The next ids: of the journal's rows, of history's entries, and of everything else. */
export interface Counters {
  readonly journal: number;
  readonly seq: number;
  readonly id: number;
}

/** Of how many targets the ids are remembered. */
const MOST_TARGETS = 50_000;

/** The rows of one kind of state by their keys. */
class Rows {
  readonly ids = new Map<string, number>();
  readonly put: number;
  readonly drop: number;

  constructor(put: number, drop: number) {
    this.put = put;
    this.drop = drop;
  }
}

export class Encoder {
  readonly alerts = new EncodeAlerts();
  readonly silences = new Rows(CHANGE.putSilence, CHANGE.dropSilence);
  readonly groups = new Rows(CHANGE.putGroup, CHANGE.dropGroup);
  readonly log = new Rows(CHANGE.putLog, CHANGE.dropLog);
  private readonly lists = new Lists();
  private readonly targets = new Map<string, { readonly id: number; readonly at: number }>();
  private journal: number;
  private seq: number;
  private id: number;
  private before: Counters;
  private batch = newBatch();
  private undo: (() => void)[] = [];
  /** The instant of the commit being encoded. */
  private at: number;

  constructor(counters: Counters, at: number) {
    this.journal = counters.journal;
    this.seq = counters.seq;
    this.id = counters.id;
    this.before = counters;
    this.at = at;
  }

  /** Begins a batch: what came before is stored. */
  begin(): void {
    this.batch = newBatch();
    this.undo = [];
    this.alerts.begin(this.batch);
    this.before = { journal: this.journal, seq: this.seq, id: this.id };
  }

  /** Adds one commit. What throws here must be followed by `rollback`. */
  add(writes: readonly Write[], at: number): void {
    this.at = at;
    for (const write of writes) this.write(write);
    this.endRow();
  }

  /** The batch: to be performed in one transaction. */
  take(): Batch {
    return this.batch;
  }

  /** Forgets the batch: it was not stored. */
  rollback(): void {
    for (const undo of this.undo.reverse()) undo();
    this.alerts.rollback();
    this.journal = this.before.journal;
    this.seq = this.before.seq;
    this.id = this.before.id;
    this.begin();
  }

  /** The id of the last row of the journal. */
  lastRow(): number {
    return this.journal - 1;
  }

  /** A batch of one journal row, which holds these times anew and moves nothing else. */
  repeat(write: (times: number[]) => void, at: number): Batch {
    this.begin();
    this.at = at;
    write(this.alerts.times);
    this.endRow();
    return this.take();
  }

  /** History from before that instant is about to be deleted: its contents are not to be named again. */
  evict(before: number): void {
    this.lists.evict(before - CONTENT_LIFE_MS);
    for (const [key, { at }] of this.targets) {
      if (at < before - CONTENT_LIFE_MS) this.targets.delete(key);
    }
  }

  private endRow(): void {
    const { times } = this.alerts;
    this.alerts.times = [];
    const text = times.length === 0 ? null : JSON.stringify(times);
    this.batch.inserts[INSERT.journal]!.push(this.journal++, this.at, this.seq, this.id, text);
  }

  private write(write: Write): void {
    switch (write.type) {
      case 'alert':
        this.alert(write.alert, write.change);
        return;
      case 'alertGone':
        this.alertGone(write.fingerprint, write.endedAt);
        return;
      case 'silence': {
        const body = silenceBody(write.silence);
        this.put(this.silences, write.silence.id, body);
        this.event('silence', null, body);
        return;
      }
      case 'silenceGone':
        this.drop(this.silences, write.id);
        this.event('silenceGone', null, JSON.stringify(write.id));
        return;
      case 'group':
        this.put(this.groups, write.group.id, JSON.stringify(write.group));
        return;
      case 'groupGone':
        this.drop(this.groups, write.id);
        return;
      case 'notified':
        this.put(this.log, targetKey(write.entry), JSON.stringify(write.entry));
        this.event('notified', this.target(write.entry), this.entryBody(write.entry));
        return;
      case 'logGone':
        this.drop(this.log, targetKey(write.target));
        return;
      case 'decision':
        this.event('decision', this.target(write.decision), this.decisionBody(write.decision));
        return;
      case 'attempt': {
        const { groupKey, receiver, integration, index, ...rest } = write.attempt;
        this.event('attempt', this.target({ groupKey, receiver, integration, index }), JSON.stringify(rest));
        return;
      }
      case 'config':
        this.batch.changes.push(CHANGE.config, this.id++, write.hash, write.original);
        this.batch.changes.push(CHANGE.configEvent, this.seq++, this.at, write.hash);
    }
  }

  private alert(alert: Alert, change: 'fired' | 'changed' | 'refreshed' | 'resolved'): void {
    const known = this.alerts.get(alert.fingerprint);
    if (known === undefined) {
      const id = this.id++;
      this.alerts.first(id, this.seq, alert);
      if (change !== 'refreshed') this.event(change, id, null);
      return;
    }
    const patch = this.alerts.again(known, alert, this.at);
    if (change === 'refreshed') return;
    const text = patch === undefined ? known.patch() : patch;
    const times = `${alert.startsAt},${alert.endsAt},${alert.updatedAt},${alert.timeout ? 1 : 0}`;
    this.event(change, known.id, text === null ? `[${times}]` : `[${times},${text}]`);
  }

  private alertGone(fingerprint: string, endedAt: number): void {
    // The end of an alert that is not there has no episode to refer to.
    const id = this.alerts.gone(fingerprint);
    const body = id === null ? [endedAt, fingerprint] : [endedAt];
    this.event('gone', id, JSON.stringify(body));
  }

  private event(kind: string, ref: number | null, body: string | null): void {
    this.batch.inserts[INSERT.event]!.push(this.seq++, this.at, kind, ref, body);
  }

  private put(rows: Rows, key: string, body: string): void {
    let id = rows.ids.get(key);
    if (id === undefined) {
      id = this.id++;
      rows.ids.set(key, id);
      this.undo.push(() => rows.ids.delete(key));
    }
    this.batch.changes.push(rows.put, id, body);
  }

  private drop(rows: Rows, key: string): void {
    const id = rows.ids.get(key);
    if (id === undefined) return;
    rows.ids.delete(key);
    this.undo.push(() => rows.ids.set(key, id));
    this.batch.changes.push(rows.drop, id);
  }

  private readonly mint: Mint = (body) => {
    const id = this.id++;
    this.batch.inserts[INSERT.content]!.push(id, this.at, body);
    return id;
  };

  private target(target: Target): number {
    const key = targetKey(target);
    const known = this.targets.get(key);
    if (known !== undefined && fresh(known, this.at)) return known.id;
    if (this.targets.size >= MOST_TARGETS) this.targets.clear();
    const id = this.mint(key);
    this.targets.set(key, { id, at: this.at });
    this.undo.push(() => this.targets.delete(key));
    return id;
  }

  /** The targets of one group are told the same alerts. */
  private list(groupKey: string, role: string, list: readonly string[]): ListRef {
    return this.lists.refer(`${role} ${groupKey}`, list, this.at, this.mint, this.undo);
  }

  private entryBody(entry: LogEntry): string {
    const { groupKey, receiver: _receiver, integration: _integration, index: _index, ...rest } = entry;
    const firing = this.list(groupKey, 'firing', rest.firing);
    const resolved = this.list(groupKey, 'resolved', rest.resolved);
    return JSON.stringify({ ...rest, firing, resolved });
  }

  private decisionBody(decision: Decision): string {
    const { groupKey, receiver: _receiver, integration: _integration, index: _index, ...rest } = decision;
    const firing = this.list(groupKey, 'firing', rest.firing);
    const resolved = this.list(groupKey, 'resolved', rest.resolved);
    const muted = rest.muted.map((mute) => ({ ...mute, alerts: this.list(groupKey, mute.by, mute.alerts) }));
    return JSON.stringify({ ...rest, firing, resolved, muted });
  }
}

/** A silence as JSON, its matchers without what they are compiled to. */
function silenceBody(silence: Silence): string {
  const matcherSets = silence.matcherSets.map((set) => set.map(({ name, type, value }) => ({ name, type, value })));
  return JSON.stringify({ ...silence, matcherSets });
}
