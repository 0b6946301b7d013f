// Go's time.Time: an instant with nanoseconds and the location whose clocks show it.

import { TIME } from '../value/type.ts';
import { type Civil, civilOf, secondsOf, ZERO_SECONDS } from './civil.ts';
import { SECOND, saturate } from './duration.ts';
import { type Location, UTC, type ZoneTime } from './zone.ts';

export type { Location } from './zone.ts';

export class Time {
  readonly type = TIME;
  /** Seconds since 1970, towards the past. */
  readonly seconds: number;
  /** From 0 to 999,999,999. */
  readonly nanos: number;
  readonly location: Location;

  constructor(seconds: number, nanos: number, location: Location = UTC) {
    this.seconds = seconds;
    this.nanos = nanos;
    this.location = location;
  }

  /** From milliseconds since 1970. */
  static fromMs(ms: number): Time {
    const seconds = Math.floor(ms / 1000);
    return new Time(seconds, Math.round((ms - seconds * 1000) * 1e6));
  }

  static zero(): Time {
    return new Time(ZERO_SECONDS, 0);
  }

  zone(): ZoneTime {
    return this.location.at(this.seconds);
  }

  /** What the location's clocks and calendars show. */
  civil(): Civil {
    return civilOf(this.seconds + this.zone().offset);
  }

  in(location: Location): Time {
    return new Time(this.seconds, this.nanos, location);
  }

  /** Nanoseconds since 1970, as many as there are. */
  total(): bigint {
    return BigInt(this.seconds) * SECOND + BigInt(this.nanos);
  }

  static fromTotal(total: bigint, location: Location): Time {
    const nanos = ((total % SECOND) + SECOND) % SECOND;
    return new Time(Number((total - nanos) / SECOND), Number(nanos), location);
  }

  add(nanoseconds: bigint): Time {
    return Time.fromTotal(this.total() + nanoseconds, this.location);
  }

  /** The span between, or the longest there is. */
  sub(other: Time): bigint {
    return saturate(this.total() - other.total());
  }

  compare(other: Time): number {
    return Math.sign(this.seconds - other.seconds || this.nanos - other.nanos);
  }

  addDate(years: number, months: number, days: number): Time {
    const c = this.civil();
    const wall = secondsOf(c.year + years, c.month + months, c.day + days, c.hour, c.minute, c.second);
    return new Time(resolveWall(wall, this.location), this.nanos, this.location);
  }

  /** To a multiple of the duration since the zero time: down, or to the nearest. */
  toMultiple(nanoseconds: bigint, nearest: boolean): Time {
    if (nanoseconds <= 0n) return this;
    const since = this.total() - BigInt(ZERO_SECONDS) * SECOND;
    const rest = ((since % nanoseconds) + nanoseconds) % nanoseconds;
    return this.add(nearest && rest + rest >= nanoseconds ? nanoseconds - rest : -rest);
  }
}

/** The instant at which a location's clocks show a wall time; in a gap or an overlap the one that Go's `time.Date` takes. */
function resolveWall(wall: number, location: Location): number {
  return wall - location.at(wall - location.at(wall).offset).offset;
}
