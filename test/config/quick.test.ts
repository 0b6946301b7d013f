import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quickRead } from '../../src/config/quick.ts';
import { readWhole } from '../../src/config/source.ts';

/** Whether it was read; then it must be what the library reads, without complaint. */
function sameAsLibrary(text: string): boolean {
  const quick = quickRead(text);
  if (quick === undefined) return false;
  const whole = readWhole(text);
  expect({ text, problems: whole.problems, root: quick }).toEqual({ text, problems: [], root: whole.root });
  return true;
}

/** Mostly texts that the quick reader knows, and some that it must leave. */
function mostly<T>(good: readonly T[], bad: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...good), weight: 30 },
    { arbitrary: fc.constantFrom(...bad), weight: 1 },
  );
}

const word = mostly(
  [
    'a',
    'b1',
    'foo-bar',
    'x y',
    "it's",
    'a:b',
    'a#b',
    'http://x/y?z=1',
    '5m',
    '.5',
    '$x',
    '(a|b)',
    '^a',
    'é',
    'a"b',
    'a 🔥',
  ],
  [
    'a #b',
    '#a',
    '-1',
    '~',
    'a: b',
    'a:',
    '*a',
    '&a',
    '!t',
    '@a',
    '%a',
    '-',
    '- a',
    '? a',
    '|',
    '>',
    '^a[b]',
    'a,b',
    'a{',
  ],
);
const quoted = mostly(
  ["''", "'a'", "'a''b'", "'a: b # c'", '""', '"a"', '"a\\nb"', '"\\"\\\\\\/\\t"', "'{{ $x }}'"],
  ['"\\x41"', '"a\\', "'a' b", '"a" # b', "'a'#b", "'open", '"open', "'a': b"],
);
const flow = fc
  .tuple(fc.array(fc.oneof(word, quoted), { maxLength: 4 }), fc.constantFrom(', ', ',', ' , ', ',  '))
  .map(([items, comma]) => `[${items.join(comma)}]`);
const inline = fc.oneof(
  word,
  quoted,
  flow,
  mostly(['[ ]', '{}', '[]'], ['{ }', '{a: b}', '[a, ]', '[', '[[a]]', '', 'a # b']),
);
const key = mostly(['a', 'b-c', 'd.e', 'f/g', '_h'], ["'q'", '1', '<<', 'a b', 'é']);

/** A block as lines without indentation. */
const { block } = fc.letrec<{ block: string[] }>((tie) => ({
  block: fc.oneof(
    { depthSize: 'small' },
    fc.array(fc.tuple(key, inline), { minLength: 1, maxLength: 4 }).map((pairs) => pairs.map(([k, v]) => `${k}: ${v}`)),
    fc.array(inline, { minLength: 1, maxLength: 3 }).map((items) => items.map((item) => `- ${item}`)),
    fc
      .tuple(key, mostly(['|', '|-'], ['|+', '>', '|2', '| # c']), fc.array(fc.oneof(word, fc.constantFrom('', ' x'))))
      .map(([k, head, lines]) => [`${k}: ${head}`, ...lines.map((line) => `  ${line}`)]),
    fc
      .array(fc.tuple(key, fc.integer({ min: 0, max: 2 }), tie('block')), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.flatMap(([k, by, lines]) => [`${k}:`, ...lines.map((line) => ' '.repeat(by) + line)])),
    fc
      .array(tie('block'), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.flatMap((lines) => lines.map((line, i) => (i === 0 ? '- ' : '  ') + line))),
  ),
}));

const comments = fc.array(
  fc.tuple(fc.nat(20), mostly(['# c', '', '  # c', '   '], ['---', '...', '%a', '\t', '- a'])),
  {
    maxLength: 2,
  },
);

/** A character put in, or taken out, somewhere. */
const change = fc.tuple(
  fc.nat(400),
  fc.constantFrom('', ' ', '  ', '\n', ':', '#', '-', "'", '"', '[', ',', 'a', '\n\n'),
);

const document = fc
  .tuple(
    block,
    comments,
    fc.oneof(fc.constant([]), fc.array(change, { maxLength: 2 })),
    fc.constantFrom('\n', '', '\n\n', ' \n', '\n  '),
  )
  .map(([lines, extra, changes, end]) => {
    const all = [...lines];
    for (const [at, line] of extra) all.splice(at % (all.length + 1), 0, line);
    let text = all.join('\n') + end;
    for (const [at, sign] of changes) {
      const place = at % (text.length + 1);
      text = text.slice(0, place) + sign + text.slice(place + (sign === '' ? 1 : 0));
    }
    return text;
  });

describe('the quick reader', () => {
  it('reads what it reads as the library does, whatever the text', () => {
    let read = 0;
    fc.assert(
      fc.property(document, (text) => {
        if (sameAsLibrary(text)) read++;
      }),
      { numRuns: Number(process.env['QUICK_RUNS'] ?? 4_000) },
    );
    expect(read).toBeGreaterThan(400);
  });

  it('reads the example configurations', () => {
    for (const file of readdirSync('config').filter((name) => name.endsWith('.yml'))) {
      expect(sameAsLibrary(readFileSync(join('config', file), 'utf8')), file).toBe(true);
    }
  });

  it.each([
    ['anchors', 'a: &x b\nc: *x\n'],
    ['tags', 'a: !!int 5\n'],
    ['texts on several lines', 'a: b\n  c\n'],
    ['folded blocks', 'a: >\n  b\n'],
    ['texts on several lines in a list', 'a:\n  - b\n    c\n'],
    ['a quote with something after it', "a: 'b'#c\n"],
    ['brackets with something after them', 'a: [b]#c\n'],
    ['blocks of which a line is indented less', 'a: |\n    b\n  # c\nd: e\n'],
    ['braces', 'a: {b: c}\n'],
    ['empty values', 'a:\nb: c\n'],
    ['quoted keys', "'a': b\n"],
    ['several documents', 'a: b\n---\nc: d\n'],
    ['tabs', 'a:\tb\n'],
    ['carriage returns', 'a: b\r\n'],
    ['nothing', ''],
    [
      'deep nesting',
      Array.from({ length: 60 }, (_, i) => `${' '.repeat(i)}a:`)
        .join('\n')
        .concat(' b\n'),
    ],
  ])('leaves to the library: %s', (_, text) => {
    expect(quickRead(text)).toBeUndefined();
  });

  it.each([
    ['lists in the column of their key', 'a:\n- b\n- c: d\n  e: f\nc: d\n'],
    ['comments', '# a\na: b # c\n  # d\n\nc: [d] # e\nf: # g\n  - h\n'],
    ['blocks', 'a: |\n   b\n\n    c\n\nd:\n  - e: |-\n      f\n    g: h\n'],
    ['quotes', "a: 'b''c: # d'\ne: \"f\\n\\\"\" # g\n"],
    ['a text without a line break at its end', 'a: b\nc:\n  - d'],
  ])('reads %s', (_, text) => {
    expect(sameAsLibrary(text)).toBe(true);
  });

  it.each([
    ['quotes', `a: '${"''".repeat(1_000_000)}'\n`],
    ['brackets', `a: [${'a,'.repeat(1_000_000)}a]\n`],
    ['escapes', `a: "${'\\n'.repeat(1_000_000)}"\n`],
    ['blanks', `a: [${' '.repeat(2_000_000)}\n`],
    ['words', `a: [${'a '.repeat(1_000_000)}\n`],
  ])('takes no more than time in proportion for many %s', (_, text) => {
    const start = performance.now();
    quickRead(text);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
