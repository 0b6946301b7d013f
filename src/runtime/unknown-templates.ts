// Which templates are executed by a name that nobody has defined: a mistake that takes the configuration and the files of
// templates to see, and that otherwise shows when somebody is to be told.

import type { TemplateUse } from '../config/parse.ts';
import { nearest } from '../config/suggest.ts';
import type { Problem } from '../model/problem.ts';
import type { TemplateFiles } from '../template/templates.ts';

/** Longer names are cut in messages. */
const LONGEST = 100;

/** A warning for each, first those of the configuration. */
export function unknownTemplates(uses: readonly TemplateUse[], templates: TemplateFiles): readonly Problem[] {
  const { names, missing } = templates;
  // Receivers by the hundred have the same few texts.
  const known = new Map<string, readonly string[]>();
  const missingIn = (text: string): readonly string[] => {
    const found = known.get(text) ?? templates.missingIn(text);
    known.set(text, found);
    return found;
  };
  const message = (name: string): string => {
    const meant = nearest(name, names);
    const shown = JSON.stringify(name.length > LONGEST ? `${name.slice(0, LONGEST)}...` : name);
    const advice =
      meant === undefined ? 'define it in a file that templates names' : `did you mean ${JSON.stringify(meant)}?`;
    return `this template will fail when a notification is rendered: there is no template ${shown}: ${advice}`;
  };
  const problem = { severity: 'warning', code: 'unknown-template' } as const;
  return [
    ...uses.flatMap(({ text, ...place }) =>
      missingIn(text).map((name) => ({ ...place, message: message(name), ...problem })),
    ),
    ...missing.map(({ name, ...place }) => ({ ...place, path: '', message: message(name), ...problem })),
  ];
}
