// Whether two programs said the same: values are compared member by member, with what must differ (ids, ports, versions)
// written alike before and instants held equal when they are close.

import { isRecord } from './harness.ts';

/** How one side writes what differs by nature. */
export class Alike {
  readonly #words: readonly (readonly [string, string])[];
  readonly #ids = new Map<string, string>();

  /** `words` are replaced by their second half, longest first; they are ports, directories, URLs. */
  constructor(words: readonly (readonly [string, string])[]) {
    this.#words = [...words].sort((a, b) => b[0].length - a[0].length);
  }

  /** From now on this id is called that. */
  name(id: string, name: string): void {
    this.#ids.set(id, `<${name}>`);
  }

  text(text: string): string {
    let out = text;
    for (const [word, name] of this.#words) out = out.replaceAll(word, name);
    out = out.replace(METHODS, (_, methods: string) => `but [${methods.split(',').sort().join(',')}] are`);
    return out.replace(UUID, (id) => {
      const known = this.#ids.get(id) ?? `<id ${this.#ids.size + 1}>`;
      this.#ids.set(id, known);
      return known;
    });
  }

  /** Ids are listed in their own order, which is random. */
  #member(key: string, item: unknown): unknown {
    const value = this.value(item);
    return key === 'silencedBy' && Array.isArray(value) ? value.map(String).sort() : value;
  }

  value(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.#member(key, item)]));
  }
}

/** Alertmanager lists the methods in random order. */
const METHODS = /but \[([A-Z,]+)\] are/;
const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
/** Members that Alertmanager 0.34 has and the packaged 0.33 has not; empty where nothing is configured. */
const NEWER = new Set(['routeLabels']);
const ZERO_TIME = '0001-01-01T00:00:00Z';

/**
 * Where `b` differs from `a`, one line each, as `path: alertmanager has ..., tocsin has ...`. Instants within
 * `withinMs` of each other are equal, save the zero time, which is equal to itself only.
 */
export function differences(a: unknown, b: unknown, withinMs: number, path = '$'): string[] {
  if (typeof a === 'string' && typeof b === 'string') {
    if (a === b) return [];
    if (INSTANT.test(a) && INSTANT.test(b) && a !== ZERO_TIME && b !== ZERO_TIME) {
      const apart = Date.parse(b) - Date.parse(a);
      return Math.abs(apart) <= withinMs ? [] : [`${path}: ${a} against ${b}, ${apart} ms apart`];
    }
    return [line(path, a, b)];
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    const out = a.length === b.length ? [] : [`${path}: ${a.length} items against ${b.length}`];
    for (let i = 0; i < Math.max(a.length, b.length); i++) {
      if (i >= a.length) out.push(line(`${path}[${i}]`, undefined, b[i]));
      else if (i >= b.length) out.push(line(`${path}[${i}]`, a[i], undefined));
      else out.push(...differences(a[i], b[i], withinMs, `${path}[${i}]`));
    }
    return out;
  }
  if (isRecord(a) && isRecord(b)) {
    const out: string[] = [];
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (!Object.hasOwn(a, key) && NEWER.has(key) && isRecord(b[key]) && Object.keys(b[key]).length === 0) continue;
      if (!Object.hasOwn(a, key)) out.push(line(`${path}.${key}`, undefined, b[key]));
      else if (!Object.hasOwn(b, key)) out.push(line(`${path}.${key}`, a[key], undefined));
      else out.push(...differences(a[key], b[key], withinMs, `${path}.${key}`));
    }
    return out;
  }
  return Object.is(a, b) ? [] : [line(path, a, b)];
}

function line(path: string, a: unknown, b: unknown): string {
  return `${path}: alertmanager has ${show(a)}, the other ${show(b)}`;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}... (${text.length})` : text;
}
