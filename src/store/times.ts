// The instants of refreshed alerts as a flat list of small numbers, relative to the commit's instant: what the journal
// appends for each heartbeat.

/** What a heartbeat seldom changes. */
export interface Start {
  readonly startsAt: number;
  readonly timeout: boolean;
}

/** What a heartbeat can change. */
export interface Times extends Start {
  readonly endsAt: number;
  readonly updatedAt: number;
}

/**
 * Appends `id, endsAt - at, at - updatedAt`, and when the start or the kind of end is not the episode's (`first`)
 * `startsAt - at, timeout` behind the negative id. Ids are from 1.
 */
export function pushTimes(list: number[], id: number, first: Start, times: Times, at: number): void {
  const { startsAt, timeout } = times;
  if (startsAt === first.startsAt && timeout === first.timeout) {
    list.push(id, times.endsAt - at, at - times.updatedAt);
  } else {
    list.push(-id, times.endsAt - at, at - times.updatedAt, startsAt - at, timeout ? 1 : 0);
  }
}

/** What a list says of one episode; without a start, that and the kind of end are the episode's. */
export interface ReadTimes {
  readonly endsAt: number;
  readonly updatedAt: number;
  readonly start: Start | undefined;
}

/** Reads a list of `pushTimes`, in order: what comes later overwrites. Gives how many alerts it names. */
export function readTimes(list: readonly number[], at: number, into: Map<number, ReadTimes>): number {
  let count = 0;
  for (let i = 0; i < list.length; count++) {
    const id = list[i++]!;
    const endsAt = at + list[i++]!;
    const updatedAt = at - list[i++]!;
    if (id > 0) into.set(id, { endsAt, updatedAt, start: undefined });
    else into.set(-id, { endsAt, updatedAt, start: { startsAt: at + list[i++]!, timeout: list[i++] === 1 } });
  }
  return count;
}
