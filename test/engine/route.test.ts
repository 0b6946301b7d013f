import { describe, expect, it } from 'vitest';
import { buildRoutes, labelsToString, matchRoutes, type Route } from '../../src/engine/route.ts';
import { testConfig } from '../support/config.ts';

const config = testConfig(`
route:
  receiver: root
  routes:
    - receiver: a
      matchers: [team="a"]
      continue: true
      routes:
        - receiver: deep
          matchers: [sev=~"x|y"]
    - receiver: b
      matchers: [team="a"]
    - receiver: c
      matchers: [team="a"]
    - receiver: old
      match_re: {team: 'o.*'}
receivers: [{name: root}, {name: a}, {name: deep}, {name: b}, {name: c}, {name: old}]
`);

function all(route: Route): Route[] {
  return [route, ...route.routes.flatMap(all)];
}

describe('the route tree', () => {
  const root = buildRoutes(config);
  const byName = new Map(all(root).map((route) => [route.receiver.name, route]));

  it('numbers children before their parent, siblings as in the file', () => {
    const inOrder = all(root).sort((a, b) => a.order - b.order);
    expect(inOrder.map((route) => route.receiver.name)).toEqual(['deep', 'a', 'b', 'c', 'old', 'root']);
  });

  it("gives equal siblings Alertmanager's key, and ids of their own", () => {
    expect(['a', 'b', 'c'].map((name) => byName.get(name)?.key)).toEqual(Array(3).fill('{}/{team="a"}'));
    expect(['a', 'b', 'c'].map((name) => byName.get(name)?.id)).toEqual([
      '{}/{team="a"}',
      '{}/{team="a"}#1',
      '{}/{team="a"}#2',
    ]);
  });

  it('shows deprecated expressions anchored', () => {
    expect(byName.get('old')?.key).toBe('{}/{team=~"^(?:o.*)$"}');
  });

  it('takes the first match, goes on after continue, and prefers the deepest', () => {
    const names = (labels: Record<string, string>): string[] => matchRoutes(root, labels).map((r) => r.receiver.name);
    expect(names({ team: 'a', sev: 'x' })).toEqual(['deep', 'b']);
    expect(names({ team: 'a' })).toEqual(['a', 'b']);
    expect(names({ team: 'ops' })).toEqual(['old']);
    expect(names({})).toEqual(['root']);
  });

  it('prints labels as Go does', () => {
    expect(labelsToString({ b: 'x"y', a: 'ü' })).toBe('{a="ü", b="x\\"y"}');
  });
});
