// Renders template texts: keeps what was parsed, and resolves route labels, whose values are templates themselves.

import { hasLabel, type LabelSet } from '../model/labels.ts';
import type { TemplateData } from './data.ts';
import { Budget, type TemplateLimits } from './exec/budget.ts';
import { execute } from './exec/execute.ts';
import { type Program, plainProgram } from './exec/program.ts';
import type { Env } from './func/func.ts';
import { FUNCTIONS } from './func/functions.ts';
import { escapedProgram } from './html/escape.ts';
import { HTML_FUNCTIONS } from './html/functions.ts';
import type { TemplateSet } from './set.ts';
import type { Location } from './time/zone.ts';
import { dataValue } from './value/data.ts';
import type { Value } from './value/value.ts';

export type Mode = 'text' | 'html';

/** How many texts are kept parsed, and of what length together. A configuration has some dozens, mostly short. */
const KEPT = 500;
const KEPT_LENGTH = 2 * 1024 * 1024;

/** What was parsed, or why it could not be. The oldest are dropped. */
class Kept {
  private readonly programs = new Map<string, Program | Error>();
  private length = 0;

  get(text: string, make: () => Program): Program {
    let program = this.programs.get(text);
    if (program === undefined) {
      try {
        program = make();
      } catch (error) {
        program = error instanceof Error ? error : new Error(String(error));
      }
    } else {
      this.drop(text);
    }
    this.programs.set(text, program);
    this.length += text.length;
    for (const oldest of this.programs.keys()) {
      if (oldest === text || (this.programs.size <= KEPT && this.length <= KEPT_LENGTH)) break;
      this.drop(oldest);
    }
    if (program instanceof Error) throw program;
    return program;
  }

  private drop(text: string): void {
    this.programs.delete(text);
    this.length -= text.length;
  }
}

/** One rendering: the budget that all of it shares, and the route labels it has rendered so far. */
class Rendering implements Env {
  readonly at: number;
  readonly local: Location;
  readonly budget: Budget;
  private readonly data: TemplateData;
  private readonly dot: Value;
  private readonly programOf: (text: string) => Program;
  private readonly mode: Mode;
  private readonly labels = new Map<string, string>();
  /** The labels that are being rendered, from the outside in. */
  private readonly pending: string[] = [];

  constructor(mode: Mode, data: TemplateData, budget: Budget, local: Location, programOf: (text: string) => Program) {
    this.at = data.at;
    this.local = local;
    this.budget = budget;
    this.data = data;
    this.dot = dataValue(data);
    this.mode = mode;
    this.programOf = programOf;
  }

  run(text: string, enough?: number): string {
    const functions = this.mode === 'html' ? HTML_FUNCTIONS : FUNCTIONS;
    return execute(this.programOf(text), this.dot, functions, this, enough);
  }

  routeLabel(name: string): string {
    const { routeLabels, routeLabelsRendered } = this.data;
    if (!hasLabel(routeLabels, name)) return '';
    const raw = routeLabels[name]!;
    if (routeLabelsRendered) return raw;
    const known = this.labels.get(name);
    if (known !== undefined) return known;
    if (this.pending.includes(name)) {
      throw new Error(`route label cycle detected: ${[...this.pending, name].join(' -> ')}`);
    }
    this.pending.push(name);
    try {
      const rendered = this.run(raw);
      this.labels.set(name, rendered);
      return rendered;
    } finally {
      this.pending.pop();
    }
  }
}

export class Renderer {
  private readonly set: TemplateSet;
  private readonly limits: TemplateLimits;
  private readonly local: Location;
  private readonly kept: Readonly<Record<Mode, Kept>> = { text: new Kept(), html: new Kept() };

  constructor(set: TemplateSet, limits: TemplateLimits, local: Location) {
    this.set = set;
    this.limits = limits;
    this.local = local;
  }

  private program(mode: Mode, text: string): Program {
    return this.kept[mode].get(text, () => {
      const { root, find } = this.set.parse(text);
      return mode === 'html' ? escapedProgram(root, find) : plainProgram(root, find);
    });
  }

  private rendering(mode: Mode, data: TemplateData): Rendering {
    return new Rendering(mode, data, new Budget(this.limits), this.local, (text) => this.program(mode, text));
  }

  /** Renders a text, or the beginning of a long one: see `Templates.text`. Throws an Error with Go's message. */
  render(mode: Mode, text: string, data: TemplateData, enough?: number): string {
    return text === '' ? '' : this.rendering(mode, data).run(text, enough);
  }

  /** See `Templates.routeLabels`. */
  routeLabels(data: TemplateData, failed?: (name: string, message: string) => void): LabelSet {
    const rendering = this.rendering('text', { ...data, routeLabelsRendered: false });
    const rendered: [string, string][] = [];
    for (const name of Object.keys(data.routeLabels)) {
      try {
        rendered.push([name, rendering.routeLabel(name)]);
      } catch (error) {
        failed?.(name, error instanceof Error ? error.message : String(error));
      }
    }
    return Object.fromEntries(rendered);
  }
}
