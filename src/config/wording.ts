// How the decoder says what it wants and what it found. Apart from the decoder, which decides whether to.

import type { FieldSpec, Kind, Schema } from '../model/schema.ts';
import { MASK, Secret } from '../model/secret.ts';
import { type Node, quoted, type ScalarNode } from './node.ts';
import { nearest, orList } from './suggest.ts';
import { templateProblem } from './templates.ts';

/** A colon or braces make a mapping of what was meant as a text. */
export function quotesHint(node: Node): string {
  if (node.kind !== 'map' || node.pairs.length !== 1) return '';
  return node.pairs[0]!.key.kind === 'map'
    ? ': a text that begins with {{ needs quotes around it'
    : ': if the colon is part of a text, put quotes around it';
}

/** A warning's kind and words. */
export interface Hint {
  readonly code: string;
  readonly message: string;
}

/** What is accepted, as Alertmanager accepts it, and hardly meant. */
export function hintAbout(kind: Kind, value: unknown, node: ScalarNode): Hint | undefined {
  if (kind === 'template') {
    const wrong = templateProblem(value as string);
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
export function unknownKey(name: string, title: string, known: readonly string[]): string {
  const meant = nearest(name, new Set(known));
  if (meant !== undefined) return `${title} has no key ${quoted(name)}: did you mean ${quoted(meant)}?`;
  const list = known.length <= 14 ? `: its keys are ${known.join(', ')}` : ': remove it, or check its indentation';
  return `${title} has no key ${quoted(name)}${list}`;
}
