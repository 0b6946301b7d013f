// Random configurations as people write them, and as they break them: whole files with routes, receivers, intervals and
// inhibition rules in every style that YAML has, some of them changed in one or two places.

import type { FieldSpec, Schema } from '../../src/model/schema.ts';
import { globalSchema } from '../../src/receivers/settings/global.ts';
import { settingsTables } from '../../src/receivers/settings/table.ts';
import { INTERVALS, MATCHERS } from './config-cases.ts';
import { fitting, SHAPES } from './config-cases-keys.ts';
import { NEEDED } from './config-frames.ts';

/** Where the choices come from. */
export interface Choices {
  /** An integer in [0, n). */
  below(n: number): number;
}

/** A piece of a file: text that stands on a line as it is, a list, or keys with their values. */
type Piece = { readonly line: string } | { readonly list: Piece[] } | { readonly map: [string, Piece][] };

export function randomConfig(choices: Choices): string {
  return new Author(choices).file();
}

/** The receivers that Alertmanager has too. */
const KNOWN = settingsTables.receivers.filter(({ type }) => type in NEEDED);
const NAMES = ['default', 'team-a', "'team b'", '"null"', 'ünï', 'x.y', 'PagerDuty_1'];
const TIMES = ['offhours', "'week end'", 'x'];
const LABELS = ['alertname', 'severity', 'team', 'cluster', 'a_b', '__name__'];
const VALUES = ['critical', 'a|b', 'x.*', '"warning"', "'it''s'", '5', 'yes', "'{{ .x }}'", '"a\\nb"', 'a b', 'ü'];
const ODD_VALUES = ['', '~', '*', '(', '""', '[a]', '2020-01-01'];
const DURATIONS = ['30s', '5m', '4h', '1d', '1h30m', '1w', '0s', '90', '1.5h', '"2m"', "''", '~', '100ms'];
const FLOW_SAFE = /^[\w./*~-]*$|^"[^"\\]*"$|^'[^']*'$/;

class Author {
  readonly #choices: Choices;
  #receivers: string[] = [];
  #intervals: string[] = [];
  #step = 2;
  #dashIndent = 0;

  constructor(choices: Choices) {
    this.#choices = choices;
  }

  file(): string {
    this.#step = this.#pick([2, 2, 2, 4, 1, 3]);
    this.#dashIndent = this.#pick([0, 0, 2, this.#step]);
    this.#receivers = this.#some(NAMES, 1 + this.#below(3));
    this.#intervals = this.#below(3) === 0 ? [] : this.#some(TIMES, 1 + this.#below(2));
    const parts: [string, Piece][] = [
      ['route', this.#route(0)],
      ['receivers', { list: this.#receivers.map((name) => this.#receiver(name)) }],
    ];
    if (this.#below(2) === 0) parts.unshift(['global', this.#section(globalSchema as Schema<unknown>, 3)]);
    if (this.#intervals.length > 0) {
      const key = this.#below(4) === 0 ? 'mute_time_intervals' : 'time_intervals';
      parts.push([key, { list: this.#intervals.map((name) => this.#interval(name)) }]);
    }
    if (this.#below(3) === 0) parts.push(['inhibit_rules', this.#list(2, () => this.#inhibit())]);
    if (this.#below(6) === 0)
      parts.push(['templates', this.#list(2, () => line(this.#pick(['a.tmpl', "'*.tmpl'", '/x/y'])))]);
    if (this.#below(5) === 0) parts.reverse();
    const root: Piece = { map: parts };
    for (let broken = this.#pick([0, 0, 0, 1, 1]); broken > 0; broken--) this.#break(root);
    let text = this.#below(30) === 0 ? `${this.#flow(root)}\n` : this.#block(root, 0);
    if (this.#below(8) === 0) text = `---\n${text}`;
    if (this.#below(15) === 0) text = text.replaceAll('\n', '\r\n');
    for (let damaged = this.#pick([0, 0, 0, 0, 0, 1, 2]); damaged > 0; damaged--) text = this.#damage(text);
    return text;
  }

  #below(n: number): number {
    return this.#choices.below(n);
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#below(from.length)]!;
  }

  #some<T>(from: readonly T[], count: number): T[] {
    const left = [...from];
    return Array.from({ length: Math.min(count, left.length) }, () => left.splice(this.#below(left.length), 1)[0]!);
  }

  #list(most: number, item: () => Piece): Piece {
    return { list: Array.from({ length: this.#below(most + 1) }, item) };
  }

  #route(depth: number): Piece {
    const map: [string, Piece][] = [];
    const add = (chance: number, key: string, value: () => Piece) => {
      if (this.#below(chance) === 0) map.push([key, value()]);
    };
    if (depth === 0 || this.#below(3) > 0) {
      map.push(['receiver', line(this.#below(40) === 0 ? 'nobody' : this.#pick(this.#receivers))]);
    }
    if (depth > 0) {
      add(2, 'matchers', () => this.#list(3, () => this.#matcher()));
      add(5, 'match', () => this.#labels());
      add(6, 'match_re', () => this.#labels());
      add(3, 'continue', () =>
        line(this.#pick(['true', 'true', 'false', 'yes', 'No', 'on', this.#below(8) === 0 ? '"true"' : 'TRUE'])),
      );
      const names = this.#intervals.length > 0 ? this.#intervals : ['x'];
      if (this.#intervals.length > 0) {
        add(4, 'mute_time_intervals', () => ({ list: [line(this.#pick(names))] }));
        add(6, 'active_time_intervals', () => ({ list: [line(this.#pick(names))] }));
      }
    }
    add(3, 'group_by', () => this.#groupBy());
    for (const key of ['group_wait', 'group_interval', 'repeat_interval']) add(4, key, () => this.#duration());
    if (depth < 3 && this.#below(depth === 0 ? 1 : 2) === 0) {
      map.push(['routes', this.#list(3, () => this.#route(depth + 1))]);
    }
    return { map };
  }

  #groupBy(): Piece {
    if (this.#below(8) === 0) return { list: [line("'...'")] };
    return { list: this.#some(LABELS, this.#below(4)).map(line) };
  }

  #duration(): Piece {
    return line(this.#below(16) === 0 ? this.#pick(DURATIONS) : this.#pick(['30s', '5m', '4h', '1h30m']));
  }

  /** Mostly one that both syntaxes read, quoted in one of the ways. */
  #matcher(): Piece {
    const odd = this.#below(25) === 0;
    const text = odd
      ? this.#pick(MATCHERS)
      : this.#pick(LABELS) +
        this.#pick(['=', '!=', '=~', '!~']) +
        this.#pick(['a', '"a"', '"a|b.*"', '""', 'x_1', '"ü"']);
    const style = this.#below(4);
    if (style === 0) return line(`'${text.replaceAll("'", "''")}'`);
    if (style === 1 || odd) return line(JSON.stringify(text));
    return line(text);
  }

  #labels(): Piece {
    return {
      map: this.#some(LABELS, this.#below(3)).map((name) => [
        name,
        line(this.#pick(this.#below(12) === 0 ? ODD_VALUES : VALUES)),
      ]),
    };
  }

  #inhibit(): Piece {
    const map: [string, Piece][] = [];
    for (const side of ['source', 'target']) {
      const old = this.#below(3) === 0;
      map.push(old ? [`${side}_match`, this.#labels()] : [`${side}_matchers`, this.#list(2, () => this.#matcher())]);
    }
    if (this.#below(3) > 0) map.push(['equal', { list: this.#some(LABELS, this.#below(3)).map(line) }]);
    return { map };
  }

  #interval(name: string): Piece {
    return {
      map: [
        ['name', line(name)],
        [
          'time_intervals',
          this.#list(2, () => (this.#below(8) === 0 ? { map: keysOf(this.#pick(INTERVALS)) } : this.#goodInterval())),
        ],
      ],
    };
  }

  #goodInterval(): Piece {
    const map: [string, Piece][] = [];
    if (this.#below(2) === 0)
      map.push(['weekdays', { list: [line(this.#pick(['monday', "'monday:friday'", 'sunday', 'monday:friday']))] }]);
    if (this.#below(2) === 0) {
      const quote = this.#pick(['', "'", '"']);
      const time = (text: string): Piece => line(`${quote}${text}${quote}`);
      map.push([
        'times',
        {
          list: [
            {
              map: [
                ['start_time', time('09:00')],
                ['end_time', time('17:00')],
              ],
            },
          ],
        },
      ]);
    }
    if (this.#below(4) === 0) map.push(['months', { list: [line(this.#pick(['1:3', 'january', "'5'"]))] }]);
    if (this.#below(4) === 0) map.push(['location', line(this.#pick(['UTC', 'Europe/Berlin', "'Asia/Tokyo'"]))]);
    return { map };
  }

  #receiver(name: string): Piece {
    const map: [string, Piece][] = [['name', line(name)]];
    for (const { type, settings } of this.#some(KNOWN, this.#below(3))) {
      map.push([`${type}_configs`, this.#list(2, () => this.#entry(type, settings))]);
    }
    return { map };
  }

  #entry(type: string, schema: Schema<unknown>): Piece {
    const needed = NEEDED[type]!.split('\n').map((text): [string, Piece] => {
      const colon = text.indexOf(':');
      return [text.slice(0, colon), line(text.slice(colon + 2))];
    });
    const own = (this.#section(schema, this.#below(4)) as { map: [string, Piece][] }).map;
    const given = new Set(needed.map(([key]) => key));
    return { map: [...needed, ...own.filter(([key]) => !given.has(key) && !key.endsWith('_file'))] };
  }

  #section(schema: Schema<unknown>, most: number, depth = 0): Piece {
    const fields = Object.entries<FieldSpec>(schema.fields);
    const map = this.#some(fields, this.#below(most + 1)).map(([key, spec]): [string, Piece] => [
      key,
      this.#value(spec, depth),
    ]);
    return { map };
  }

  #value(spec: FieldSpec, depth: number): Piece {
    if (this.#below(40) === 0) return line(this.#pick(SHAPES)[1]);
    if (spec.is === 'section') return depth > 2 ? { map: [] } : this.#section(spec.of, 2, depth + 1);
    if (spec.is === 'list' && this.#below(5) > 0) return this.#list(2, () => this.#value(spec.of, depth + 1));
    if (spec.is === 'map' && this.#below(5) > 0) return { map: [['A', this.#value(spec.of, depth + 1)]] };
    const values = fitting(spec);
    // The first ones are the good ones.
    return line(this.#below(6) === 0 ? this.#pick(values) : values[0]!);
  }

  /** Changes one place of the tree. */
  #break(root: Piece): void {
    const maps: [string, Piece][][] = [];
    const collect = (piece: Piece): void => {
      if ('map' in piece) {
        if (piece.map.length > 0) maps.push(piece.map);
        for (const [, value] of piece.map) collect(value);
      }
      if ('list' in piece) piece.list.forEach(collect);
    };
    collect(root);
    const map = this.#pick(maps);
    const at = this.#below(map.length);
    const [key, value] = map[at]!;
    switch (this.#below(7)) {
      case 0:
        map.splice(at, 1);
        break;
      case 1:
        map.push([key, structuredClone(value)]);
        break;
      case 2:
        map[at] = [
          this.#pick([
            `${key}s`,
            key.slice(1),
            key.toUpperCase(),
            `'${key}'`,
            `"${key}"`,
            `${key} `,
            key.replace('_', '-'),
          ]),
          value,
        ];
        break;
      case 3:
        map[at] = [key, line(this.#pick(SHAPES)[1])];
        break;
      case 4:
        map[at] = [key, { list: [value] }];
        break;
      case 5: {
        const other = this.#pick(maps);
        other.push([key, structuredClone(value)]);
        break;
      }
      default:
        map.reverse();
    }
  }

  #block(piece: Piece, indent: number): string {
    const pad = ' '.repeat(indent);
    if ('line' in piece) return `${pad}${piece.line}\n`;
    if ('map' in piece) return piece.map.map(([key, value]) => `${pad}${key}:${this.#after(value, indent)}`).join('');
    return piece.list
      .map((item) => {
        const gap = ' '.repeat(this.#pick([1, 1, 1, 3]));
        if ('line' in item) return `${pad}-${gap}${item.line}\n`;
        if (this.#isEmpty(item) || this.#below(6) === 0) return `${pad}-${gap}${this.#flow(item)}\n`;
        const inner = indent + 1 + gap.length;
        return `${pad}-${gap}${this.#block(item, inner).slice(inner)}`;
      })
      .join('');
  }

  /** A value after its colon. */
  #after(value: Piece, indent: number): string {
    const comment = this.#pick(['', '', '', '', '', '', ' # why', '   ']);
    if ('line' in value) {
      if (this.#below(12) === 0) return this.#written(value.line, indent);
      return `${value.line === '' ? '' : ' '}${value.line}${comment}\n`;
    }
    if (this.#below(25) === 0) return this.#named(value, indent);
    if (this.#isEmpty(value) || this.#below(5) === 0) return ` ${this.#flow(value)}${comment}\n`;
    const deeper = 'list' in value ? this.#dashIndent : this.#step;
    const blank = this.#pick(['', '', '', '', '', '\n', '  # a remark\n']);
    return `${comment}\n${blank}${this.#block(value, indent + deeper)}`;
  }

  /** A text in one of the ways that are less common. */
  #written(text: string, indent: number): string {
    const pad = ' '.repeat(indent + this.#pick([0, 1, 2, 2, 4]));
    const bare = text.replace(/^["']|["']$/g, '');
    const name = this.#pick(['a', 'b1', 'x-y']);
    switch (this.#below(9)) {
      case 0:
        return ` ${this.#pick(['|', '>', '|-', '>-', '|+', '|2', '>1-', '| # why'])}\n${pad}${bare}\n`;
      case 1:
        return `\n${pad}${text}\n`;
      case 2:
        return ` "${bare}\n${pad}${this.#pick(['', 'more', '\\t', '\\'])}"\n`;
      case 3:
        return ` '${bare}\n\n${pad}more'\n`;
      case 4:
        return ` ${bare}\n${pad}more\n`;
      case 5:
        return ` &${name} ${text}\n`;
      case 6:
        return ` *${name}\n`;
      case 7:
        return ` ${this.#pick(['!!str', '!!int', '!!bool', '!own', '!<tag:yaml.org,2002:str>', '!'])} ${text}\n`;
      default:
        return `\n${pad}${this.#pick(['|', '>-'])}\n${pad} ${bare}\n`;
    }
  }

  /** A list or keys with a name, merged keys or a tag. */
  #named(value: Piece, indent: number): string {
    const name = this.#pick(['a', 'b1', 'x-y']);
    const block = this.#block(value, indent + this.#step);
    const pad = ' '.repeat(indent + this.#step);
    switch (this.#below(5)) {
      case 0:
        return ` &${name}\n${block}`;
      case 1:
        return ` *${name}\n`;
      case 2:
        return `\n${pad}<<: *${name}\n${block}`;
      case 3:
        return ` ${this.#pick(['!!map', '!!seq', '!own'])}\n${block}`;
      default:
        return `\n${pad}? ${this.#flow(value)}\n`;
    }
  }

  #isEmpty(piece: Piece): boolean {
    return ('list' in piece && piece.list.length === 0) || ('map' in piece && piece.map.length === 0);
  }

  #flow(piece: Piece): string {
    if ('line' in piece)
      return this.#below(8) > 0 && !FLOW_SAFE.test(piece.line) ? quotedIfPlain(piece.line) : piece.line;
    const glue = this.#pick([', ', ', ', ', ', ',', ',\n   ', ' ,\n']);
    const last = this.#pick(['', '', '', '', ' ', ',', '\n ']);
    const body =
      'list' in piece
        ? piece.list.map((item) => this.#flow(item))
        : piece.map.map(([key, value]) => `${key}: ${this.#flow(value)}`);
    const end = body.length === 0 && last === ',' ? '' : last;
    return 'list' in piece ? `[${body.join(glue)}${end}]` : `{${body.join(glue)}${end}}`;
  }

  /** Changes the text as fingers, editors and merges do. */
  #damage(text: string): string {
    const lines = text.split('\n');
    const at = this.#below(lines.length);
    const own = lines[at]!;
    switch (this.#below(10)) {
      case 0:
        lines.splice(at, 1);
        break;
      case 1:
        lines.splice(at, 0, own);
        break;
      case 2:
        lines[at] = ` ${own}`;
        break;
      case 3:
        lines[at] = own.replace(/^ /, '');
        break;
      case 4:
        lines[at] = own.replace(/^ */, (blanks) => '\t'.repeat(Math.ceil(blanks.length / 2)));
        break;
      case 5:
        lines[at] = own.replace(this.#pick([': ', ':', '- ', '"', "'", ',', ']', '}', '[']), '');
        break;
      case 6: {
        const column = this.#below(own.length + 1);
        lines[at] =
          own.slice(0, column) +
          this.#pick([
            ' ',
            '"',
            "'",
            ':',
            ': ',
            '#',
            ' #',
            '\t',
            '- ',
            '|',
            '>',
            '&a ',
            '*a',
            '!',
            '%',
            '@',
            '`',
            ',',
            '{',
            ']',
            '\\',
            '? ',
            '\u00a0',
            '<<: ',
          ]) +
          own.slice(column);
        break;
      }
      case 7:
        lines[at] = own.slice(0, this.#below(own.length + 1));
        break;
      case 8:
        [lines[at], lines[(at + 1) % lines.length]] = [lines[(at + 1) % lines.length]!, own];
        break;
      default:
        lines.splice(at, 0, this.#pick(['# remark', '', '   ', '---', '...', '<<<<<<< HEAD', '\t', 'x', '-']));
    }
    return lines.join('\n');
  }
}

function line(text: string): Piece {
  return { line: text };
}

/** `a: b\nc: d` as keys with their values, as far as it is that. */
function keysOf(body: string): [string, Piece][] {
  return body.split('\n').flatMap((text): [string, Piece][] => {
    const colon = text.indexOf(':');
    return colon < 0 ? [] : [[text.slice(0, colon), line(text.slice(colon + 1).trim())]];
  });
}

function quotedIfPlain(text: string): string {
  return /^["'[{!&*]/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}
