// The set of templates that notifications are rendered with.

import type { LabelSet } from '../model/labels.ts';
import type { Problem } from '../model/problem.ts';
import type { TemplateData } from './data.ts';
import { DEFAULT_LIMITS, type TemplateLimits } from './exec/budget.ts';
import { ParseError } from './parse/cursor.ts';
import { Source } from './parse/source.ts';
import { Renderer } from './render.ts';
import { TemplateSet } from './set.ts';
import { loadLocation, UTC } from './time/zone.ts';
import { wellFormed } from './value/bytes.ts';

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
  /** The IANA zone that `tz "Local"`, `.Local` and `now` mean; UTC by default, as in Alertmanager's container. */
  readonly localZone?: string;
  readonly limits?: Partial<TemplateLimits>;
}

export interface Templates {
  /**
   * Executes a template text, as text/template does. Throws `TemplateError`. Where it is known how much is `enough`, in
   * UTF-16 units without the white space at both ends, execution ends once there is more: what comes back is then longer
   * than that, and may be only the beginning.
   */
  text(template: string, data: TemplateData, enough?: number): string;
  /** Executes a template text, as html/template does: escaped by context. Throws `TemplateError`. `enough` as in `text`. */
  html(template: string, data: TemplateData, enough?: number): string;
  /**
   * Renders `data.routeLabels`, whose values are templates that may use each other. A label that fails is left out and
   * its message given to `failed`.
   */
  routeLabels(data: TemplateData, failed?: (name: string, message: string) => void): LabelSet;
}

/** What else is known of the files' templates: who executes what nobody has defined, which fails when it is rendered. */
export interface TemplateFiles extends Templates {
  /** The names of templates that a text executes and nobody has defined; empty for one that cannot be parsed. */
  missingIn(template: string): readonly string[];
  /** The names of those that are defined. */
  readonly names: ReadonlySet<string>;
  /** Where the files execute templates that nobody has defined. */
  readonly missing: readonly MissingTemplate[];
}

export interface MissingTemplate {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly name: string;
}

/** Longer messages, which repeat a value of the data, are cut: they go to logs. In UTF-16 units. */
const LONGEST_MESSAGE = 16_384;

/** Runs something that throws Go's errors as Errors, and throws them as `TemplateError`. */
function guarded<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const cut = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}...` : message;
    throw new TemplateError(wellFormed(cut));
  }
}

function addFile(set: TemplateSet, file: TemplateFile): Problem | undefined {
  try {
    set.add(file.name, file.text);
    return undefined;
  } catch (error) {
    const source = new Source(file.name, file.text);
    const pos = error instanceof ParseError ? error.pos : 0;
    const message = error instanceof Error ? error.message : String(error);
    return {
      file: file.name,
      line: source.line(pos),
      column: source.column(pos) + 1,
      path: '',
      message,
      severity: 'error',
    };
  }
}

/**
 * Reads template files in order, Alertmanager's defaults first: a later definition of a name replaces an earlier one.
 * Throws a `TemplateError` whose `problems` name every broken file with line and column.
 */
export function parseTemplates(files: readonly TemplateFile[], options: TemplateOptions = {}): TemplateFiles {
  const set = new TemplateSet();
  const problems: Problem[] = [];
  const paths = new Map<string, string>();
  for (const file of files) {
    // Go's name of it. Of two files with the same one, the later counts.
    paths.set(file.name.slice(file.name.lastIndexOf('/') + 1), file.name);
    const problem = addFile(set, file);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) throw new TemplateError(problems.map(({ message }) => message).join('; '), problems);
  const local = guarded(() => loadLocation(options.localZone ?? 'UTC', UTC));
  const renderer = new Renderer(set, { ...DEFAULT_LIMITS, ...options.limits }, local);
  return {
    text: (template, data, enough) => guarded(() => renderer.render('text', template, data, enough)),
    html: (template, data, enough) => guarded(() => renderer.render('html', template, data, enough)),
    routeLabels: (data, failed) => renderer.routeLabels(data, failed),
    names: set.names(),
    missing: set.missing().map(({ name, source, pos }) => ({
      file: paths.get(source.name) ?? source.name,
      line: source.line(pos),
      column: source.column(pos) + 1,
      name,
    })),
    missingIn: (template) => missingIn(set, template),
  };
}

function missingIn(set: TemplateSet, template: string): readonly string[] {
  try {
    return [...new Set(set.missingIn(template).map(({ name }) => name))];
  } catch {
    return [];
  }
}
