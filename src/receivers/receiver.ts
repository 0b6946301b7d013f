// The contract of a receiver: what it is called, how it renders, how it makes one attempt. A receiver never decides
// whether or when to send, never retries, never logs.

import type { Notification, Outcome } from '../model/notification.ts';
import type { Schema } from '../model/schema.ts';
import type { Templates } from '../template/templates.ts';

/** The world as a receiver sees it: one attempt's worth of it. */
export interface ReceiverIO {
  /** Aborted when the attempt's deadline passes or the server stops. */
  readonly signal: AbortSignal;
  /** The instant of the attempt, milliseconds since 1970. */
  readonly now: number;
  /** Reads a small file such as a `*_file` secret; resolves with its text. Rejects with an error that names the path. */
  readFile(path: string): Promise<string>;
}

export interface ReceiverPlugin<Settings, Message> {
  /** 'slack' reads `slack_configs`. */
  readonly type: string;
  readonly settings: Schema<Settings>;
  /**
   * Pure: simulation and previews stop here. Throws a `TemplateError` when a template fails. `now` is what the
   * template function `now` answers.
   */
  render(notification: Notification, settings: Settings, templates: Templates): Message;
  /** One attempt. Resolves with an outcome whatever happens on the wire; rejects only because of a bug. */
  send(message: Message, settings: Settings, io: ReceiverIO): Promise<Outcome>;
}
