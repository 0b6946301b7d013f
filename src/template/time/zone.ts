// Time zones by name, as Go loads them: which names there are, which offset holds when, and what that is called.

import { IANAZone } from 'luxon';
import { LOCATION_POINTER } from '../value/type.ts';
import { ZONE_DATA } from './zonedata.ts';

/** What a location's clocks show at an instant. */
export interface ZoneTime {
  /** Such as CET. */
  readonly name: string;
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly daylight: boolean;
}

/** Go's `*time.Location`. */
export class Location {
  readonly type = LOCATION_POINTER;
  readonly name: string;
  private readonly find: (seconds: number) => ZoneTime;
  /** The last answer: templates ask several times about the same instant. */
  private last: { readonly seconds: number; readonly zone: ZoneTime } | undefined;

  constructor(name: string, find: (seconds: number) => ZoneTime) {
    this.name = name;
    this.find = find;
  }

  /** At an instant in seconds since 1970. */
  at(seconds: number): ZoneTime {
    if (this.last?.seconds !== seconds) this.last = { seconds, zone: this.find(seconds) };
    return this.last.zone;
  }
}

function constant(name: string, zone: ZoneTime): Location {
  return new Location(name, () => zone);
}

export const UTC = constant('UTC', { name: 'UTC', offset: 0, daylight: false });

/** A location where the same always holds: Go's `time.FixedZone`. */
export function fixedZone(name: string, offset: number): Location {
  return constant(name, { name, offset, daylight: false });
}

/** What the offsets are called from an instant on. */
interface Era {
  readonly from: number;
  readonly names: ReadonlyMap<number, ZoneTime>;
}

function parseEra(text: string): Era {
  const [from, list] = text.includes('=') ? (text.split('=') as [string, string]) : ['-Infinity', text];
  const names = new Map<number, ZoneTime>();
  for (const item of list.split(',')) {
    const [, offset, mark, name] = /^(-?\d+)([:*])(.*)$/.exec(item)!;
    names.set(Number(offset), { name: name!, offset: Number(offset), daylight: mark === '*' });
  }
  return { from: Number(from), names };
}

/** The abbreviations of each zone, unparsed: of the hundreds of zones a process uses a few. */
const rules: ReadonlyMap<string, string> = new Map(
  ZONE_DATA.trim()
    .replaceAll('\n ', ' ')
    .split('\n')
    .flatMap((line) => {
      const [rule, ...zones] = line.split(' ');
      return zones.map((zone) => [zone, rule!] as const);
    }),
);

function openZone(name: string, rule: string): Location {
  const eras = rule.split(';').map(parseEra);
  const only = eras[0]!.names;
  if (eras.length === 1 && only.size === 1 && /^(?:Etc\/.*|GMT.*|U.*|Zulu|Greenwich|Factory)$/.test(name)) {
    return constant(name, [...only.values()][0]!);
  }
  const zone = IANAZone.create(name);
  return new Location(name, (seconds) => {
    const offset = Math.round(zone.offset(seconds * 1000) * 60);
    let names = only;
    for (const era of eras) if (era.from <= seconds) names = era.names;
    const known = names.get(offset);
    if (known !== undefined) return known;
    // Before standard time every town had its own.
    return { name: seconds < 0 ? 'LMT' : numericName(offset), offset, daylight: false };
  });
}

function numericName(offset: number): string {
  const minutes = Math.abs(Math.trunc(offset / 60));
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0');
  const rest = minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${hours}${rest}`;
}

const opened = new Map<string, Location>();

/**
 * The location of that name: Go's `time.LoadLocation`, which takes only the exact names of the time zone database.
 * `local` is what `Local` means. Throws an Error with Go's words.
 */
export function loadLocation(name: string, local: Location): Location {
  if (name === '' || name === 'UTC') return UTC;
  if (name === 'Local') return local;
  const rule = rules.get(name);
  if (rule === undefined) {
    if (name.includes('..') || name.startsWith('/') || name.startsWith('\\')) {
      throw new Error('time: invalid location name');
    }
    throw new Error(`unknown time zone ${name}`);
  }
  let location = opened.get(name);
  if (location === undefined) {
    location = openZone(name, rule);
    opened.set(name, location);
  }
  return location;
}
