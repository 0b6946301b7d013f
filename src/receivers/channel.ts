// For chats whose message names a channel: an operator who reads of a failure wants to know which one it was about.

import type { Failure } from './receiver.ts';

/** The failure with the channel before its message, as Alertmanager writes it. Without a channel it is as it was. */
export function inChannel(failure: Failure, channel: string | undefined): Failure {
  if (channel === undefined || channel === '') return failure;
  return { ...failure, message: `channel ${JSON.stringify(channel)}: ${failure.message}` };
}
