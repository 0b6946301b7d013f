// The part of the encoder that is on the path of every alert: it knows under which id each alert is stored and what of it,
// so that a heartbeat costs three small numbers in the journal.

import type { Alert } from '../model/alert.ts';
import type { LabelSet } from '../model/labels.ts';
import { type Batch, CHANGE, INSERT, newBatch } from './ops.ts';
import { diffText, sameText, type Text } from './patch.ts';
import { pushTimes, type Start } from './times.ts';

/** An alert that is stored. */
export class Known implements Start, Text {
  readonly id: number;
  // As it was when first reported: what the episode's row holds.
  readonly annotations: LabelSet;
  readonly generatorURL: string;
  readonly startsAt: number;
  readonly timeout: boolean;
  last: Alert;
  /** Whether the journal holds times of it. */
  journaled: boolean;

  constructor(id: number, first: Text & Start, last: Alert, journaled: boolean) {
    this.id = id;
    this.annotations = first.annotations;
    this.generatorURL = first.generatorURL;
    this.startsAt = first.startsAt;
    this.timeout = first.timeout;
    this.last = last;
    this.journaled = journaled;
  }

  /** What differs from the first text, as it is stored. */
  patch(): string | null {
    return diffText(this, this.last);
  }
}

export class EncodeAlerts {
  /** The times of the commit being encoded. */
  times: number[] = [];
  /** How many times were journaled since the last fold. */
  journaled = 0;
  private readonly known = new Map<string, Known>();
  private batch = newBatch();
  private undo: (() => void)[] = [];
  /** The alerts that were reported again, and as they were before. */
  private moved: Known[] = [];
  private movedFrom: Alert[] = [];

  get size(): number {
    return this.known.size;
  }

  get(fingerprint: string): Known | undefined {
    return this.known.get(fingerprint);
  }

  all(): IterableIterator<Known> {
    return this.known.values();
  }

  /** Learns what is stored already. */
  learn(known: Known): void {
    this.known.set(known.last.fingerprint, known);
  }

  /** Begins a batch: what came before is stored. */
  begin(batch: Batch): void {
    this.batch = batch;
    this.times = [];
    this.undo = [];
    this.moved = [];
    this.movedFrom = [];
  }

  /** Forgets the batch: it was not stored. */
  rollback(): void {
    for (let i = this.moved.length - 1; i >= 0; i--) this.moved[i]!.last = this.movedFrom[i]!;
    for (const undo of this.undo.reverse()) undo();
  }

  /** The first report of an episode; its entries in history are from `seq` on. */
  first(id: number, seq: number, alert: Alert): void {
    const { fingerprint, labels, annotations, generatorURL, startsAt, endsAt, updatedAt, timeout } = alert;
    const body = JSON.stringify({ labels, annotations, generatorURL });
    const { inserts } = this.batch;
    inserts[INSERT.episode]!.push(id, seq, fingerprint, startsAt, endsAt, updatedAt, timeout ? 1 : 0, body);
    inserts[INSERT.alert]!.push(id);
    this.known.set(fingerprint, new Known(id, alert, alert, false));
    this.undo.push(() => this.known.delete(fingerprint));
  }

  /**
   * A later report. Whether the text changed is looked at here and not taken from the caller: the state is right whatever
   * the change is called. Gives the patch when the text changed.
   */
  again(known: Known, alert: Alert, at: number): string | null | undefined {
    const { last } = known;
    known.last = alert;
    this.moved.push(known);
    this.movedFrom.push(last);
    pushTimes(this.times, known.id, known, alert, at);
    known.journaled = true;
    this.journaled++;
    if (sameText(last, alert)) return undefined;
    const patch = known.patch();
    this.batch.changes.push(CHANGE.patch, patch, known.id);
    return patch;
  }

  /** The end of an episode: its id, or `null` when there is no such alert. */
  gone(fingerprint: string): number | null {
    const known = this.known.get(fingerprint);
    if (known === undefined) return null;
    this.known.delete(fingerprint);
    this.undo.push(() => this.known.set(fingerprint, known));
    this.batch.changes.push(CHANGE.gone, known.id);
    return known.id;
  }
}
