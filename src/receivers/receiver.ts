// The contract of a receiver: what it is called, how it renders, how it makes one attempt. A receiver never decides
// whether or when to send, never retries, never logs.

import type { Notification, Outcome } from '../model/notification.ts';
import type { Schema } from '../model/schema.ts';
import type { Templates } from '../template/templates.ts';
import type { PlainText } from './plain.ts';

/** The world as a receiver sees it: one attempt's worth of it. */
export interface ReceiverIO {
  /**
   * Aborted when the attempt's deadline passes (with a reason named `TimeoutError`, as `AbortSignal.timeout` gives) or
   * the server stops (with any other).
   */
  readonly signal: AbortSignal;
  /** The instant of the attempt, milliseconds since 1970. */
  readonly now: number;
  /** Reads a small file such as a `*_file` secret; resolves with its text. Rejects with an error that names the path. */
  readFile(path: string): Promise<string>;
  /** Told of everything that the other side is asked and answers, when somebody watches the attempt: a test send. */
  readonly observed?: (exchange: Observed) => void;
}

/** One request and what came back: an answer or an error. Holds no secret. */
export interface Observed {
  /** Such as `POST https://hooks.slack.com/<redacted>` or `SMTP mail.example.org:587`. */
  readonly request: string;
  readonly status?: number;
  /** Those that explain the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** In place of an answer. */
  readonly error?: string;
}

/** An attempt that came to nothing. */
export type Failure = Extract<Outcome, { readonly ok: false }>;

export interface ReceiverPlugin<Settings, Message> {
  /** 'slack' reads `slack_configs`. */
  readonly type: string;
  readonly settings: Schema<Settings>;
  /**
   * How many attempts of one integration may be under way at once, where that is less than the deliverer's own bound. 1
   * keeps messages in order, for providers that allow about one a second anyway.
   */
  readonly concurrent?: number;
  /** Pure: simulation and previews stop here. Throws a `TemplateError` when a template fails. */
  render(notification: Notification, settings: Settings, templates: Templates): Message;
  /**
   * What goes out when `render` fails: the plain text in place of what the templates say. Pure. Templates that decide
   * where it goes (a channel, an address) are still asked, and answer '' when it is they that fail: `templates` never throws.
   */
  renderPlain(notification: Notification, settings: Settings, templates: Templates, plain: PlainText): Message;
  /** What is shown of a message to people: plain JSON without secrets. Pure. */
  preview(message: Message): unknown;
  /** One attempt. Resolves with an outcome whatever happens on the wire; rejects only because of a bug. */
  send(message: Message, settings: Settings, io: ReceiverIO): Promise<Outcome>;
  /** Loads what is too heavy to be loaded when nobody uses it. `send` does so itself when nobody asked before. */
  load?(): Promise<void>;
}
