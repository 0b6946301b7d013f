// A map for what most groups have only now and then: an empty Map takes two hundred bytes, and each group has several.

export class OnDemandMap<K, V> {
  private entries: Map<K, V> | undefined;

  get size(): number {
    return this.entries?.size ?? 0;
  }

  get(key: K): V | undefined {
    return this.entries?.get(key);
  }

  set(key: K, value: V): void {
    this.entries ??= new Map();
    this.entries.set(key, value);
  }

  delete(key: K): void {
    this.entries?.delete(key);
    if (this.entries?.size === 0) this.entries = undefined;
  }

  clear(): void {
    this.entries = undefined;
  }

  values(): Iterable<V> {
    return this.entries?.values() ?? [];
  }

  [Symbol.iterator](): Iterator<[K, V]> {
    return (this.entries ?? new Map<K, V>())[Symbol.iterator]();
  }
}
