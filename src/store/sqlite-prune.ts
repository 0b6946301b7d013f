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
  readonly seq: number;
  readonly kind: string;
  readonly ref: number | null;
}

export class Pruning {
  private readonly db: Database;
  private readonly events: Statement<[number], Forgotten>;
  private readonly goneEpisode: Statement<[number, number]>;
  private readonly keepEpisode: Statement<[number, number]>;
  private readonly leftEpisode: Statement<[number]>;
  private readonly unuseConfig: Statement<[number]>;
  private readonly unusedConfig: Statement<[number]>;
  private readonly contents: Statement<[number]>;

  constructor(db: Database) {
    this.db = db;
    this.events = db.prepare(
      `DELETE FROM event WHERE seq IN (SELECT seq FROM event WHERE at < ? ORDER BY at, seq LIMIT ${STEP})
        RETURNING seq, kind, ref`,
    );
    // The entries between are few: nearly all are older, and forgotten already.
    const named = 'SELECT 1 FROM event WHERE seq >= episode.first_seq AND ref = episode.id AND seq <';
    this.goneEpisode = db.prepare(`DELETE FROM episode WHERE id = ? AND NOT EXISTS (${named} ?)`);
    this.keepEpisode = db.prepare('UPDATE episode SET gone_seq = ? WHERE id = ?');
    this.leftEpisode = db.prepare(
      `DELETE FROM episode WHERE id = ? AND gone_seq IS NOT NULL AND NOT EXISTS (${named} episode.gone_seq)`,
    );
    this.unuseConfig = db.prepare('UPDATE config SET uses = uses - 1 WHERE id = ?');
    this.unusedConfig = db.prepare('DELETE FROM config WHERE id = ? AND uses = 0');
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
      for (const entry of gone) this.release(entry);
      events += gone.length;
      if (gone.length < STEP) return { events, more: this.someContents(before - CONTENT_LIFE_MS, end) };
    } while (performance.now() < end);
    return { events, more: true };
  }

  /** Gives pages back until time is up; whether there is more to give back. */
  shrink(): boolean {
    const end = performance.now() + PIECE_MS;
    for (let before = this.spare(); before > 0 && performance.now() < end; ) {
      this.db.pragma(`incremental_vacuum(${SHRINK_STEP})`);
      const after = this.spare();
      // A file that was made without `auto_vacuum` stays as it is.
      if (after === before) return false;
      before = after;
    }
    return this.spare() > 0;
  }

  /** How many pages are free and not worth keeping. */
  private spare(): number {
    const free = Number(this.db.pragma('freelist_count', { simple: true }));
    const pages = Number(this.db.pragma('page_count', { simple: true }));
    return Math.max(0, free - Math.max(SPARE_PAGES, Math.floor(pages * SPARE)));
  }

  /** Forgets what the entry referred to when nothing else does. */
  private release({ seq, kind, ref }: Forgotten): void {
    if (ref === null) return;
    switch (kind) {
      case 'gone':
        if (this.goneEpisode.run(ref, seq).changes === 0) this.keepEpisode.run(seq, ref);
        break;
      case 'fired':
      case 'changed':
      case 'resolved':
        this.leftEpisode.run(ref);
        break;
      case 'config':
        this.unuseConfig.run(ref);
        this.unusedConfig.run(ref);
    }
  }

  private someContents(before: number, end: number): boolean {
    do {
      if (this.contents.run(before).changes < CONTENTS_STEP) return false;
    } while (performance.now() < end);
    return true;
  }
}
