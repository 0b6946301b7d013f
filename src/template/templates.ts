// The set of templates that notifications are rendered with.
import type { Notification } from '../model/notification.ts';

export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export interface TemplateFile {
  readonly name: string;
  readonly text: string;
}

export interface Templates {
  /** Executes a template text, as text/template does. Throws `TemplateError`. */
  text(template: string, data: TemplateData): string;
  /** Executes a template text, as html/template does: escaped by context. Throws `TemplateError`. */
  html(template: string, data: TemplateData): string;
}

/** What templates see as `.`, and the webhook body's fields: Alertmanager's `template.Data`. */
export interface TemplateData {
  readonly receiver: string;
  readonly notification: Notification;
}
