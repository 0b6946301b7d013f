// How a provider is told which notifications are about the same thing: by a name that is no longer than any provider's
// limit, whatever the labels are.

import { createHash } from 'node:crypto';
import type { Notification } from '../model/notification.ts';

/** Alertmanager's hash of a group's key: 64 hexadecimal digits. */
export function groupHash(notification: Pick<Notification, 'groupKey'>): string {
  return createHash('sha256').update(notification.groupKey).digest('hex');
}
