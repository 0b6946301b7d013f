// The part of the encoder that is on the path of every alert: it knows under which id each alert is stored and what of it,
// so that a heartbeat costs three small numbers in the journal.

import type { Alert } from '../model/alert.ts';
import type { LabelSet } from '../model/labels.ts';
import { type Batch, CHANGE, INSERT, newBatch } from './ops.ts';
import { diffText, sameText, type Text } from './patch.ts';
import { pushTimes, type Start, type Times } from './times.ts';

/**
 * An alert that is stored: as it was when first reported, which the episode's row holds, and as it is now. It copies the
 * numbers and does not hold on to the alert: old objects that refer to new ones make garbage collection dear.
 */
export class Known implements Times, Text {
  readonly id: number;
  readonly first: Text & Start;
  startsAt: number;
  endsAt: number;
  updatedAt: number;
  timeout: boolean;
  annotations: LabelSet;
  generatorURL: string;
  /** Whether the journal holds times of it. */
  journaled: boolean;

  constructor(id: number, first: Text & Start, now: Text & Times, journaled: boolean) {
    this.id = id;
    this.first = first;
    this.startsAt = now.startsAt;
    this.endsAt = now.endsAt;
    this.updatedAt = now.updatedAt;
    this.timeout = now.timeout;
    this.annotations = now.annotations;
    this.generatorURL = now.generatorURL;
    this.journaled = journaled;
  }

  /** What differs from the first text, as it is stored. */
  patch(): string | null {
    return diffText(this.first, this);
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
  /** The alerts that were reported again, and for each the four values of its times before. */
  private moved: Known[] = [];
  private movedFrom: number[] = [];

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
  learn(fingerprint: string, known: Known): void {
    this.known.set(fingerprint, known);
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
    const { moved, movedFrom } = this;
    for (let i = moved.length - 1; i >= 0; i--) {
      const known = moved[i]!;
      known.startsAt = movedFrom[4 * i]!;
      known.endsAt = movedFrom[4 * i + 1]!;
      known.updatedAt = movedFrom[4 * i + 2]!;
      known.timeout = movedFrom[4 * i + 3] === 1;
    }
    for (const undo of this.undo.reverse()) undo();
  }

  /** The first report of an episode; its entries in history are from `seq` on. */
  first(id: number, seq: number, alert: Alert): void {
    const { fingerprint, labels, annotations, generatorURL, startsAt, endsAt, updatedAt, timeout } = alert;
    const body = JSON.stringify({ labels, annotations, generatorURL });
    const { inserts } = this.batch;
    inserts[INSERT.episode]!.push(id, seq, fingerprint, startsAt, endsAt, updatedAt, timeout ? 1 : 0, body);
    inserts[INSERT.alert]!.push(id);
    const first = { annotations, generatorURL, startsAt, timeout };
    this.known.set(fingerprint, new Known(id, first, alert, false));
    this.undo.push(() => this.known.delete(fingerprint));
  }

  /**
   * A later report. Whether the text changed is looked at here and not taken from the caller: the state is right whatever
   * the change is called. Gives the patch when the text changed.
   */
  again(known: Known, alert: Alert, at: number): string | null | undefined {
    this.moved.push(known);
    this.movedFrom.push(known.startsAt, known.endsAt, known.updatedAt, known.timeout ? 1 : 0);
    known.startsAt = alert.startsAt;
    known.endsAt = alert.endsAt;
    known.updatedAt = alert.updatedAt;
    known.timeout = alert.timeout;
    pushTimes(this.times, known.id, known.first, alert, at);
    known.journaled = true;
    this.journaled++;
    if (sameText(known, alert)) return undefined;
    const { annotations, generatorURL } = known;
    this.undo.push(() => {
      known.annotations = annotations;
      known.generatorURL = generatorURL;
    });
    known.annotations = alert.annotations;
    known.generatorURL = alert.generatorURL;
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
