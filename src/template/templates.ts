// The set of templates that notifications are rendered with.

import type { LabelSet } from '../model/labels.ts';
import type { Problem } from '../model/problem.ts';
import type { TemplateData } from './data.ts';

/** A template that cannot be parsed or executed. The message is Go's: `template: name:line:column: executing ...`. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  /** What is wrong in which file; empty when a text fails that came from no file. */
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[] = []) {
    super(message);
    this.problems = problems;
  }
}

/** A template file's name (a path is fine: templates go by its last part) and content. */
export interface TemplateFile {
  readonly name: string;
  readonly text: string;
}

export interface TemplateOptions {
  /** The IANA zone that `tz "Local"` and `.Local` mean; UTC by default, as in Alertmanager's container. */
  readonly localZone?: string;
  readonly limits?: Partial<TemplateLimits>;
}

/** What one rendering may use. Beyond it the template fails with an error that names the limit. */
export interface TemplateLimits {
  /** Of the output, in UTF-16 units. */
  readonly outputLength: number;
  /** Of nodes executed and work done on their behalf. */
  readonly steps: number;
  /** Of templates within templates. */
  readonly depth: number;
}

export interface Templates {
  /** Executes a template text, as text/template does. Throws `TemplateError`. */
  text(template: string, data: TemplateData): string;
  /** Executes a template text, as html/template does: escaped by context. Throws `TemplateError`. */
  html(template: string, data: TemplateData): string;
  /**
   * Renders `data.routeLabels`, whose values are templates that may use each other. A label that fails is left out and
   * its message given to `failed`.
   */
  routeLabels(data: TemplateData, failed?: (name: string, message: string) => void): LabelSet;
}

/**
 * Reads template files in order: a later definition of a name replaces an earlier one. Throws a `TemplateError` whose
 * `problems` name every broken file with line and column.
 */
export function parseTemplates(files: readonly TemplateFile[], _options: TemplateOptions = {}): Templates {
  throw new TemplateError(`no engine for ${files.length} files`);
}
