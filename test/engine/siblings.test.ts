import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRoutes, matchRoutes, type Route } from '../../src/engine/route.ts';
import { fileSiblings, possibleSiblings } from '../../src/engine/siblings.ts';
import type { Config, RouteConfig } from '../../src/model/config.ts';
import type { LabelSet } from '../../src/model/labels.ts';
import { type Matcher, matchesAll, newMatcher } from '../../src/model/matcher.ts';
import { beginningsOf } from '../../src/model/regex-shape.ts';

const names = ['a', 'b', 'constructor', '__proto__'];
const texts = ['', 'a', 'ab', 'abc', 'abd', 'b', 'b\n', 'ba', 'é', '🔥', '🔥a'];
const sources = [
  ...['', 'a', 'ab', 'a|b', 'ab|', 'a.*', 'ab.+', 'a.*|b', '.*', '.+', '.*b', 'a(b|c).*', 'ab?', 'ab*c', 'a+', 'a{2}'],
  ...[
    '^a',
    '^ab$',
    '^(?:a|b.*)$',
    '^(?:ab)$',
    '^(?:a)|(?:b)$',
    '^(?:a)?(?:b)$',
    '(?i)A',
    'a(?i)B.*',
    'a(?i)?',
    '[ab]b',
  ],
  ...[
    '🔥',
    '🔥.*',
    '(?:🔥|é).*',
    'b\\n',
    'a\\.|ab',
    'b|a[bc]+',
    'a|ab|abc|abd',
    'a|a.*',
    'a.*|ab.*',
    'abc|ab.*|b',
    '^(?:)$',
    'a$|b',
    'ab\\Qc\\E',
    'ab\\Q\\Ec',
    'a)|(b',
  ],
];

// Made once: compiling expressions takes longer than all the rest.
const pool = names.map((name) => ({
  equal: texts.map((text) => newMatcher(name, '=', text)),
  regex: sources.map((source) => newMatcher(name, '=~', source)),
  not: [
    ...texts.map((text) => newMatcher(name, '!=', text)),
    ...sources.map((source) => newMatcher(name, '!~', source)),
  ],
}));

const matcher: fc.Arbitrary<Matcher> = fc
  .constantFrom(...pool)
  .chain(({ equal, regex, not }) =>
    fc.oneof(
      { arbitrary: fc.constantFrom(...equal), weight: 2 },
      { arbitrary: fc.constantFrom(...regex), weight: 2 },
      { arbitrary: fc.constantFrom(...not), weight: 1 },
    ),
  );

interface Shape {
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  readonly routes: readonly Shape[];
}

const { tree } = fc.letrec<{ tree: Shape; leaf: Shape }>((tie) => ({
  leaf: fc.record({
    matchers: fc.array(matcher, { maxLength: 3 }),
    continue: fc.boolean(),
    routes: fc.constant([]),
  }),
  tree: fc.record({
    matchers: fc.array(matcher, { maxLength: 2 }),
    continue: fc.boolean(),
    routes: fc.oneof(
      { depthSize: 'small' },
      fc.array(tie('leaf'), { maxLength: 30, size: 'max' }),
      fc.array(tie('tree'), { maxLength: 12, size: 'max' }),
    ),
  }),
}));

const labels: fc.Arbitrary<LabelSet> = fc
  .array(fc.tuple(fc.constantFrom(...names, 'other'), fc.constantFrom(...texts)), { maxLength: 5 })
  .map((pairs) => Object.assign(Object.create(null), Object.fromEntries(pairs)) as LabelSet);

function config(root: Shape): Config {
  const route = (shape: Shape): RouteConfig => ({
    receiver: 'r',
    groupBy: [],
    groupByAll: false,
    groupWaitMs: 0,
    groupIntervalMs: 1,
    repeatIntervalMs: 1,
    matchers: shape.matchers,
    continue: shape.continue,
    muteTimeIntervals: [],
    activeTimeIntervals: [],
    labels: {},
    routes: shape.routes.map(route),
  });
  return {
    resolveTimeoutMs: 1,
    route: route({ ...root, matchers: [] }),
    receivers: [{ name: 'r', labels: {}, integrations: [] }],
    inhibitRules: [],
    timeIntervals: new Map(),
    templates: [],
    original: '',
    hash: '',
  };
}

/** Each route in turn, as Alertmanager goes through them. */
function walk(route: Route, given: LabelSet): Route[] {
  if (!matchesAll(route.config.matchers, given)) return [];
  const found: Route[] = [];
  for (const child of route.routes) {
    const below = walk(child, given);
    found.push(...below);
    if (below.length > 0 && !child.config.continue) break;
  }
  return found.length > 0 ? found : [route];
}

describe('siblings that are filed', () => {
  it('are found as by going through all of them, whatever the tree and the labels', () => {
    let filed = 0;
    fc.assert(
      fc.property(tree, fc.array(labels, { minLength: 1, maxLength: 8 }), (shape, alerts) => {
        const root = buildRoutes(config(shape));
        if (root.filed !== undefined) filed++;
        for (const alert of alerts) {
          expect(matchRoutes(root, alert).map(({ order }) => order)).toEqual(
            walk(root, alert).map(({ order }) => order),
          );
        }
      }),
      { numRuns: 300 },
    );
    expect(filed).toBeGreaterThan(30);
  });

  it('never leave out one whose matchers are satisfied, nor name one twice', () => {
    const sibling = fc.array(matcher, { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(sibling, { minLength: 8, maxLength: 30 }), labels, (all, alert) => {
        const siblings = all.map((matchers, order) => ({ order, config: { matchers } }));
        const possible = possibleSiblings(fileSiblings(siblings)!, alert).map(({ order }) => order);
        expect(possible).toEqual([...new Set(possible)].sort((a, b) => a - b));
        const taken = siblings.filter(({ config: { matchers } }) => matchesAll(matchers, alert));
        for (const { order } of taken) expect(possible).toContain(order);
      }),
      { numRuns: 300 },
    );
  });

  it('leave few to look at where each asks for something of its own', () => {
    const siblings = Array.from({ length: 9_000 }, (_, order) => {
      const own = [
        [newMatcher('severity', '=', 'page'), newMatcher('service', '=', `svc-${order}`)],
        [newMatcher('service', '=~', `svc-${order}|old-${order}`), newMatcher('severity', '!=', 'info')],
        [newMatcher('service', '=~', `^(?:svc-${order}-.*)$`)],
      ];
      return { order, config: { matchers: own[order % 3]! } };
    });
    const filed = fileSiblings(siblings)!;
    const possible = (service: string) =>
      possibleSiblings(filed, { severity: 'page', service }).map(({ order }) => order);
    expect(possible('svc-3000')).toEqual([3_000]);
    expect(possible('old-3001')).toEqual([3_001]);
    expect(possible('svc-3002-eu')).toEqual([3_002]);
    expect(possible('svc-3002')).toEqual([]);
    expect(possibleSiblings(filed, { severity: 'page' })).toEqual([]);
  });

  it('are not filed when they are few', () => {
    expect(fileSiblings([{ order: 0, config: { matchers: [newMatcher('a', '=', 'b')] } }])).toBeUndefined();
  });
});

describe('how texts begin that an expression matches', () => {
  it.each([
    [
      'a|bc',
      [
        ['a', true],
        ['bc', true],
      ],
    ],
    [
      'a(b|c.*)',
      [
        ['ab', true],
        ['ac', false],
      ],
    ],
    ['^(?:ab.+)$', [['ab', false]]],
    ['ab[0-9]+', [['ab', false]]],
    ['ab[0-9]+|c', [['', false]]],
    ['^(?:a)|(?:b)$', [['', false]]],
    ['.*', [['', false]]],
    ['', [['', true]]],
  ] as [string, [string, boolean][]][])('%j', (source, expected) => {
    expect(beginningsOf(source).map(({ text, whole }) => [text, whole])).toEqual(expected);
  });
});
