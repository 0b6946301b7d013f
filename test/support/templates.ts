// The templates that come with the program, and what a test adds to them.

import { readFileSync } from 'node:fs';
import { parseTemplates, type Templates } from '../../src/template/templates.ts';

export function defaultTemplates(more = ''): Templates {
  const files = ['default.tmpl', 'email.tmpl'].map((name) => ({
    name,
    text: readFileSync(new URL(`../../templates/${name}`, import.meta.url), 'utf8'),
  }));
  return parseTemplates([...files, { name: 'test.tmpl', text: more }]);
}
