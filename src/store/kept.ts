// What is left of all writes: the state that a restart begins with, as maps in memory.

import type { GroupRecord, LogEntry, Snapshot, Write } from '../engine/types.ts';
import type { Alert } from '../model/alert.ts';
import type { Silence } from '../model/silence.ts';
import { targetKey } from './target.ts';

/** The last word on each alert, silence, group and target. It keeps the very values that it is given. */
export class Kept {
  readonly alerts = new Map<string, Alert>();
  readonly silences = new Map<string, Silence>();
  readonly groups = new Map<string, GroupRecord>();
  readonly log = new Map<string, LogEntry>();

  /** As of `at`, a Unix time in milliseconds. */
  snapshot(at: number): Snapshot {
    return {
      alerts: [...this.alerts.values()],
      silences: [...this.silences.values()],
      groups: [...this.groups.values()],
      log: [...this.log.values()],
      at,
    };
  }

  /** History leaves nothing behind. */
  apply(write: Write): void {
    switch (write.type) {
      case 'alert':
        this.alerts.set(write.alert.fingerprint, write.alert);
        break;
      case 'alertGone':
        this.alerts.delete(write.fingerprint);
        break;
      case 'silence':
        this.silences.set(write.silence.id, write.silence);
        break;
      case 'silenceGone':
        this.silences.delete(write.id);
        break;
      case 'group':
        this.groups.set(write.group.id, write.group);
        break;
      case 'groupGone':
        this.groups.delete(write.id);
        break;
      case 'notified':
        this.log.set(targetKey(write.entry), write.entry);
        break;
      case 'logGone':
        this.log.delete(targetKey(write.target));
        break;
    }
  }
}
