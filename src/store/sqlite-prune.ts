// Forgets old history in pieces of a few milliseconds: entries first, then what they referred to and nothing else does.

import type { Database, Statement } from 'better-sqlite3';
import { CONTENT_LIFE_MS } from './lists.ts';

/** A piece ends after the step in which that much time has passed. */
const PIECE_MS = 6;
/** Entries of history in a step. */
const STEP = 50;
/** Contents in a step: each can be a list of thousands. */
const CONTENTS_STEP = 20;
/** Pages given back in a step. */
const SHRINK_STEP = 32;
/** Free pages up to this share of the file are kept for what comes next. */
const SPARE = 0.1;
/** And up to this many, whatever the size. */
const SPARE_PAGES = 1_000;

interface Forgotten {
  readonly kind: string;
  readonly ref: number | null;
}

export class Pruning {
  private readonly db: Database;
  private readonly events: Statement<[number], Forgotten>;
  private readonly episode: Statement<[number]>;
  private readonly config: Statement<[number]>;
  private readonly contents: Statement<[number]>;

  constructor(db: Database) {
    this.db = db;
    this.events = db.prepare(
      `DELETE FROM event WHERE seq IN (SELECT seq FROM event WHERE at < ? ORDER BY at, seq LIMIT ${STEP}) RETURNING kind, ref`,
    );
    this.episode = db.prepare(
      `DELETE FROM episode WHERE id = ? AND NOT EXISTS (SELECT 1 FROM alert WHERE episode = episode.id)
        AND NOT EXISTS (SELECT 1 FROM event WHERE ref = episode.id)`,
    );
    this.config = db.prepare(
      'DELETE FROM config WHERE id = ? AND NOT EXISTS (SELECT 1 FROM event WHERE ref = config.id)',
    );
    this.contents = db.prepare(
      `DELETE FROM content WHERE id IN (SELECT id FROM content WHERE at < ? ORDER BY at LIMIT ${CONTENTS_STEP})`,
    );
  }

  /** Within a transaction of the caller. */
  some(before: number): { events: number; more: boolean } {
    const end = performance.now() + PIECE_MS;
    let events = 0;
    do {
      const gone = this.events.all(before);
      for (const { kind, ref } of gone) this.orphan(kind, ref);
      events += gone.length;
      if (gone.length < STEP) return { events, more: this.someContents(before - CONTENT_LIFE_MS, end) };
    } while (performance.now() < end);
    return { events, more: true };
  }

  /** Gives pages back until time is up; whether there is more to give back. */
  shrink(): boolean {
    const end = performance.now() + PIECE_MS;
    do {
      const free = Number(this.db.pragma('freelist_count', { simple: true }));
      const pages = Number(this.db.pragma('page_count', { simple: true }));
      if (free <= Math.max(SPARE_PAGES, pages * SPARE)) return false;
      this.db.pragma(`incremental_vacuum(${SHRINK_STEP})`);
    } while (performance.now() < end);
    return true;
  }

  private orphan(kind: string, ref: number | null): void {
    if (ref === null) return;
    if (kind === 'config') this.config.run(ref);
    else if (kind === 'fired' || kind === 'changed' || kind === 'resolved' || kind === 'gone') this.episode.run(ref);
  }

  private someContents(before: number, end: number): boolean {
    do {
      if (this.contents.run(before).changes < CONTENTS_STEP) return false;
    } while (performance.now() < end);
    return true;
  }
}
