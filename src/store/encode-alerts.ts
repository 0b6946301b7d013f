// The part of the encoder that is on the path of every alert: it knows under which id each alert is stored and what of it,
// so that a heartbeat costs three small numbers in the journal.

import type { Alert } from '../model/alert.ts';
import { type Cell, OP } from './ops.ts';
import { diffText, sameText, type Text } from './patch.ts';
import { pushTimes, type Times } from './times.ts';

/** An alert that is stored. */
export class Known {
  readonly id: number;
  /** As it was when first reported: what the episode's row holds. */
  readonly first: Text & Times;
  last: Alert;
  /** Whether the journal holds times of it. */
  journaled: boolean;

  constructor(id: number, first: Text & Times, last: Alert, journaled: boolean) {
    this.id = id;
    this.first = first;
    this.last = last;
    this.journaled = journaled;
  }

  /** What differs from the first text, as it is stored. */
  patch(): string | null {
    return diffText(this.first, this.last);
  }
}

export class EncodeAlerts {
  /** The times of the commit being encoded. */
  times: number[] = [];
  /** How many times were journaled since the last fold. */
  journaled = 0;
  private readonly known = new Map<string, Known>();

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

  /** The first report of an episode. */
  first(id: number, alert: Alert, cells: Cell[], undo: (() => void)[]): void {
    const { fingerprint, labels, annotations, generatorURL, startsAt, endsAt, updatedAt, timeout } = alert;
    const body = JSON.stringify({ labels, annotations, generatorURL });
    cells.push(OP.episode, id, fingerprint, startsAt, endsAt, updatedAt, timeout ? 1 : 0, body, OP.alert, id);
    const first = { annotations, generatorURL, startsAt, endsAt, updatedAt, timeout };
    this.known.set(fingerprint, new Known(id, first, alert, false));
    undo.push(() => this.known.delete(fingerprint));
  }

  /**
   * A later report. Whether the text changed is looked at here and not taken from the caller: the state is right whatever
   * the change is called. Gives the patch when the text changed.
   */
  again(known: Known, alert: Alert, at: number, cells: Cell[], undo: (() => void)[]): string | null | undefined {
    const { last } = known;
    known.last = alert;
    undo.push(() => {
      known.last = last;
    });
    pushTimes(this.times, known.id, known.first, alert, at);
    known.journaled = true;
    this.journaled++;
    if (sameText(last, alert)) return undefined;
    const patch = known.patch();
    cells.push(OP.patch, patch, known.id);
    return patch;
  }

  /** The end of an episode: its id, or `null` when there is no such alert. */
  gone(fingerprint: string, cells: Cell[], undo: (() => void)[]): number | null {
    const known = this.known.get(fingerprint);
    if (known === undefined) return null;
    this.known.delete(fingerprint);
    undo.push(() => this.known.set(fingerprint, known));
    cells.push(OP.gone, known.id);
    return known.id;
  }
}
