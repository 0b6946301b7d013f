// The one heap of deadlines. Entries are never removed: one whose owner has moved on is recognised and skipped, which
// keeps rescheduling at a push.

export interface Timed {
  /** When it is due, or Infinity. An entry in the heap counts only while it says the same. */
  dueAt: number;
}

interface Entry<T> {
  readonly at: number;
  readonly seq: number;
  readonly owner: T;
}

function before<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.at < b.at || (a.at === b.at && a.seq < b.seq);
}

export class Timers<T extends Timed> {
  private readonly heap: Entry<T>[] = [];
  private seq = 0;

  /** Makes the owner due at that instant; whatever was scheduled for it before is void. */
  schedule(owner: T, at: number): void {
    if (owner.dueAt === at) return;
    owner.dueAt = at;
    if (at === Number.POSITIVE_INFINITY) return;
    const entry = { at, seq: this.seq++, owner };
    const heap = this.heap;
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = entry;
  }

  cancel(owner: T): void {
    owner.dueAt = Number.POSITIVE_INFINITY;
  }

  /** When the first owner is due, or Infinity. */
  next(): number {
    while (this.heap.length > 0) {
      const first = this.heap[0]!;
      if (first.owner.dueAt === first.at) return first.at;
      this.pop();
    }
    return Number.POSITIVE_INFINITY;
  }

  /** The first owner that is due by then, no longer scheduled, or undefined. Equal deadlines come in the order of scheduling. */
  take(now: number): T | undefined {
    if (this.next() > now) return undefined;
    const owner = this.pop().owner;
    owner.dueAt = Number.POSITIVE_INFINITY;
    return owner;
  }

  private pop(): Entry<T> {
    const heap = this.heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}
