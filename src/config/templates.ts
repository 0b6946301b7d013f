// Whether a template can be parsed at all. Said when the configuration is read, because Alertmanager finds out when it
// notifies.

import { BUILTINS } from '../template/func/builtins.ts';
import { FUNCTIONS } from '../template/func/functions.ts';
import { parseText } from '../template/parse/parse.ts';
import { Source } from '../template/parse/source.ts';

/** What is wrong with a text as a template, in Go's words, or `undefined`. */
export function templateProblem(text: string): string | undefined {
  return problemWith(text, FUNCTIONS);
}

/**
 * The same for a URL, in which Alertmanager checks for Go's own functions alone. The URL is a secret: words that may be a
 * part of it are left out.
 */
export function urlTemplateProblem(text: string): string | undefined {
  const wrong = problemWith(text, BUILTINS);
  if (wrong === undefined || /^[^"<]*$/.test(wrong)) return wrong;
  const name = /function "(\w+)" not defined$/.exec(wrong)?.[1];
  return name !== undefined && FUNCTIONS.has(name) ? wrong : 'check what is between {{ and }}';
}

function problemWith(text: string, functions: ReadonlyMap<string, unknown>): string | undefined {
  if (!text.includes('{{')) return undefined;
  try {
    parseText('', new Source('', text), (name) => functions.has(name));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^template: :/, 'line ') : String(error);
  }
}
