// Random trees of routes as configuration files, and random labels to ask them about: every kind of matcher, deprecated
// ones too, nested deeply.

import { yamlText } from '../support/amtool.ts';
import type { Random } from '../support/random.ts';

const NAMES = ['a', 'b', 'team', 'severity', 'größe', 'x y', '1st', 'constructor'];
const CLASSIC = NAMES.filter((name) => /^[a-z]+$/.test(name));
const VALUES = ['1', '2', 'foo', 'bar', 'foobar', 'a b', '', 'é', 'say "x"', '12', 'FOO', 'a,b', 'back\\slash'];
const PATTERNS = [
  ...['.*', '.+', '', 'foo|bar', 'foo', 'f.o', '[0-9]+', '(foo|)', 'foo.*', '.*bar', '(?i)foo', '[^f]*', 'é|a b'],
  ...['^foo$', '1|2|12', '\\d', '(a b|say).*', '|', 'a{0,3}.*', '.{3}'],
];
export class Trees {
  readonly #random: Random;
  #receivers = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A configuration file. */
  file(): string {
    this.#receivers = 0;
    const below = this.#routes(1 + this.#random.below(4), 1, '  ');
    const names = Array.from({ length: this.#receivers }, (_, i) => `{name: r${i + 1}}`);
    return `route:\n  receiver: root\n${below}receivers: [{name: root}, ${names.join(', ')}]\n`;
  }

  #routes(count: number, depth: number, indent: string): string {
    if (count === 0) return '';
    const routes = Array.from({ length: count }, () => this.#route(depth, indent));
    return `${indent}routes:\n${routes.join('')}`;
  }

  #route(depth: number, indent: string): string {
    const random = this.#random;
    const inner = `${indent}  `;
    // Without a receiver of its own it has its parent's.
    const lines = random.chance(0.8) ? [`receiver: r${++this.#receivers}`] : ['group_by: [a]'];
    if (random.chance(0.6)) lines.push('continue: true');
    lines.push(...this.#matching());
    const text = lines.map((line, i) => `${i === 0 ? `${indent}- ` : inner}${line}\n`).join('');
    const most = depth < 3 ? 4 : depth < 9 ? 2 : 0;
    return text + this.#routes(random.chance(0.75) ? random.below(most + 1) : 0, depth + 1, inner);
  }

  /** Some have no matchers at all, some all three kinds of them. */
  #matching(): string[] {
    const random = this.#random;
    const lines: string[] = [];
    if (random.chance(0.2)) lines.push(`match: {${random.pick(CLASSIC)}: ${yamlText(random.pick(VALUES))}}`);
    if (random.chance(0.2)) lines.push(`match_re: {${random.pick(CLASSIC)}: ${yamlText(random.pick(PATTERNS))}}`);
    if (random.chance(0.7)) {
      const matchers = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => yamlText(this.#matcher()));
      lines.push(`matchers: [${matchers.join(', ')}]`);
    }
    return lines;
  }

  #matcher(): string {
    const random = this.#random;
    const type = random.pick(['=', '!=', '=~', '=~', '!~']);
    const value = random.pick(type.endsWith('~') ? PATTERNS : VALUES);
    return `${written(random.pick(random.chance(0.6) ? CLASSIC : NAMES))}${type}${JSON.stringify(value)}`;
  }

  labels(): string[] {
    const random = this.#random;
    const names = NAMES.filter(() => random.chance(0.5));
    return names.map((name) => `${written(name)}=${JSON.stringify(random.pick(VALUES))}`);
  }
}

function written(name: string): string {
  return /^[a-zA-Z_]\w*$/.test(name) ? name : JSON.stringify(name);
}
