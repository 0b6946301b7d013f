// How the decoder says what it wants and what it found. Apart from the decoder, which decides whether to.

import type { FieldSpec, Kind, Schema } from '../model/schema.ts';
import { MASK, Secret } from '../model/secret.ts';
import { missingField } from './lint-templates.ts';
import { described, type Node, quoted, type ScalarNode } from './node.ts';
import { nearest, orList } from './suggest.ts';
import { templateProblem } from './templates.ts';

/** A colon or braces make a mapping of what was meant as a text. */
export function quotesHint(node: Node, spec: FieldSpec): string {
  if (node.kind !== 'map' || node.pairs.length !== 1) return '';
  const [meant] = meantBy(node, spec) ?? [];
  if (meant !== undefined) return `: write ${meant}`;
  return node.pairs[0]!.key.kind === 'map'
    ? ': a text that begins with {{ needs quotes around it'
    : ': if the colon is part of a text, put quotes around it';
}

/** What was meant by the pairs of a mapping, each as it is to be written in single quotes. */
function meantBy(node: Node, spec: FieldSpec): readonly string[] | undefined {
  if (node.kind !== 'map' || node.pairs.length > 5 || spec.is !== 'parsed' || spec.meant === undefined)
    return undefined;
  const texts: string[] = [];
  for (const { key, value } of node.pairs) {
    if (key.kind !== 'scalar' || value.kind !== 'scalar' || value.written !== undefined) return undefined;
    texts.push(`'${spec.meant(key.text, value.text).replaceAll("'", "''")}'`);
  }
  return texts;
}

/** What to do about what stands in the place of a list. */
export function listHint(node: Node, of: FieldSpec, hidden: boolean): string {
  if (node.kind === 'scalar') return hidden ? '' : `: write [${described(node)}]`;
  const meant = meantBy(node, of);
  if (meant !== undefined) return `: write [${meant.join(', ')}]`;
  if (of.is === 'section') {
    const fields: Readonly<Record<string, FieldSpec>> = of.of.fields;
    const [first] = node.kind === 'map' ? node.pairs : [];
    const written = first?.key.kind === 'scalar' && Object.hasOwn(fields, first.key.text) ? first.key.text : undefined;
    return `: begin each ${of.of.title} with a dash, as in "- ${written ?? Object.keys(fields)[0]}: ..."`;
  }
  return ': begin each item with a dash';
}

/** What to do about what stands in the place of a section. Nothing of a text is shown: it may be a secret. */
export function sectionHint(node: Node): string {
  if (node.kind === 'list') return ': it takes neither a dash nor brackets';
  if (node.kind === 'scalar' && node.plain && /^[a-z_]+:\S/.test(node.text))
    return ': a space is missing after the colon';
  return '';
}

/** A warning's kind and words. */
export interface Hint {
  readonly code: string;
  readonly message: string;
}

/** What is accepted, as Alertmanager accepts it, and hardly meant. */
export function hintAbout(kind: Kind, value: unknown, node: ScalarNode): Hint | undefined {
  if (isVariable(node.text)) {
    const message = `this is taken as it is written${UNEXPANDED}`;
    return { code: 'unexpanded-variable', message };
  }
  if (kind === 'template') {
    const wrong = templateProblem(value as string) ?? missingField(value as string);
    if (wrong === undefined) return undefined;
    return { code: 'broken-template', message: `this template will fail when a notification is rendered: ${wrong}` };
  }
  if (kind === 'goDuration' && value !== 0 && /^[0-9_.]+$/.test(node.text)) {
    const message = `a number without a unit counts nanoseconds: write for example ${node.text}s`;
    return { code: 'missing-unit', message };
  }
  if (!(value instanceof Secret) || value.reveal() !== MASK) return undefined;
  return {
    code: 'masked-secret',
    message: `${MASK} only stands for a secret where one is printed: write the secret itself`,
  };
}

/** After an error about such a text. */
export const UNEXPANDED = `; variables stand for their values only with --config.expand-env, and as \${NAME}`;

/** Whether a text is a reference to a variable and nothing else: as shells write it, in capitals. */
export function isVariable(text: string): boolean {
  return /^\$(?:[A-Z][A-Z0-9_]{2,}|\{[A-Za-z_][A-Za-z0-9_]*(?::-[^}]*)?\})$/.test(text);
}

/** Whether its values are words of the operator's own. */
export function isText(spec: FieldSpec): boolean {
  return spec.is === 'scalar' && ['string', 'template', 'secret'].includes(spec.kind);
}

export const COMMENTED_OUT =
  'this is empty, because # begins a comment: put quotes around the text, or a space behind the # where a comment is meant';

/** Whether the value in a line of a key is a comment by accident: those that are meant have a space after their sign. */
export function isCommentedOut(line: string): boolean {
  return /^[\s-]*[\w"']+:[ \t]+#[\p{L}\p{N}_]\S*\s*$/u.test(line);
}

/** Whether its values must not be repeated in messages. */
export function isSecret(spec: FieldSpec): boolean {
  return spec.is === 'scalar' && ['secret', 'secretUrl', 'secretTemplateUrl', 'proxyUrl'].includes(spec.kind);
}

/** What a key wants, after `expected`. */
export function expectation(spec: FieldSpec): string {
  if (spec.is === 'choice') return orList(spec.among.filter((word) => word !== ''));
  if (spec.is !== 'scalar') return 'a text';
  switch (spec.kind) {
    case 'bool':
    case 'maybe':
      return 'true or false';
    case 'count':
    case 'integer':
    case 'number':
      return 'a number';
    case 'duration':
    case 'goDuration':
    case 'unitDuration':
      return 'a duration such as 30s';
    default:
      return 'a text';
  }
}

/** The same as words of their own, also where the text has a notation of its own. */
export function wanted(spec: FieldSpec): string {
  return spec.is === 'parsed' ? 'it is not in the form that this key wants' : `expected ${expectation(spec)}`;
}

/** The first keys of a section, to recognise it by. */
export function someKeys(schema: Schema<unknown>): string {
  return Object.keys(schema.fields).slice(0, 4).join(', ');
}

/** About a key that a section does not have. */
export function unknownKey(name: string, { title, fields }: Schema<unknown>): string {
  const known = Object.keys(fields);
  const space = /[\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff]/.exec(name);
  if (space !== null) {
    const code = space[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    return `${title} has no key ${quoted(name)}: it holds the sign U+${code}, which looks like a space or like nothing: write the line anew`;
  }
  const meant = nearest(name, new Set(known));
  if (meant !== undefined) return `${title} has no key ${quoted(name)}: did you mean ${quoted(meant)}?`;
  const home = homeOf(name, fields);
  if (home !== undefined) return `${title} has no key ${quoted(name)}: it belongs to ${home}, so indent it below that`;
  const list = known.length <= 14 ? `: its keys are ${known.join(', ')}` : ': remove it, or check its indentation';
  return `${title} has no key ${quoted(name)}${list}`;
}

/** The one section within another that has a key, as people leave sections out. */
function homeOf(name: string, fields: Readonly<Record<string, FieldSpec>>): string | undefined {
  const homes = Object.entries(fields).flatMap(([key, spec]) => {
    const inner = spec.is === 'list' ? spec.of : spec;
    if (inner.is !== 'section' || !Object.hasOwn(inner.of.fields, name)) return [];
    return [spec.is === 'list' ? `an entry of ${key}` : key];
  });
  return homes.length === 1 ? homes[0] : undefined;
}
