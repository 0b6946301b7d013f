import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/model/labels.ts';
import { TestServer } from './server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await TestServer.start({
    renderRouteLabels: (group) => (Object.keys(group.routeLabels).length > 0 ? { rendered: group.receiver } : {}),
  });
  await server.post('/api/v2/alerts', [
    { labels: { alertname: 'b', team: 'db', instance: '2', job: 'j' } },
    { labels: { alertname: 'b', team: 'db', instance: '1', job: 'j' } },
    { labels: { alertname: 'b', team: 'db', instance: '0' } },
    { labels: { alertname: 'a', team: 'day', severity: 'critical', cluster: 'c' } },
    { labels: { alertname: 'a', team: 'day', severity: 'warning', cluster: 'c' } },
    { labels: { alertname: 'm', team: 'night' } },
    { labels: { x: 'no name' } },
  ]);
});
afterEach(() => server.close());

interface Group {
  readonly receiver: { name: string };
  readonly labels: Record<string, string>;
  readonly routeLabels: Record<string, string>;
  readonly alerts: {
    labels: Record<string, string>;
    receivers: { name: string }[];
    status: { state: string; mutedBy: string[] };
  }[];
}

async function list(query = ''): Promise<Group[]> {
  const answer = await server.get(`/api/v2/alerts/groups${query}`);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text) as Group[];
}

const names = (groups: readonly Group[]): string[] =>
  groups.map((group) => `${group.labels['alertname'] ?? '-'} ${group.receiver.name} ${group.alerts.length}`);

describe('GET /api/v2/alerts/groups', () => {
  it('lists groups by their labels, then by receiver', async () => {
    expect(names(await list())).toEqual(['- default 1', 'a all-d 2', 'b all-d 3', 'b db-team 3', 'm default 1']);
  });

  it('lists the alerts of a group by job, instance and labels', async () => {
    const [group] = await list('?receiver=db-team');
    expect(group?.alerts.map((alert) => alert.labels['instance'])).toEqual(['1', '2', '0']);
  });

  it('names, for each alert, the receivers of its groups among those asked for', async () => {
    const all = await list('?filter=alertname=b');
    expect(all.map((group) => group.alerts[0]?.receivers)).toEqual([
      [{ name: 'all-d' }, { name: 'db-team' }],
      [{ name: 'all-d' }, { name: 'db-team' }],
    ]);
    const one = await list('?filter=alertname=b&receiver=all-d');
    expect(one.map((group) => group.alerts[0]?.receivers)).toEqual([[{ name: 'all-d' }]]);
  });

  it('shows route labels as they were rendered', async () => {
    expect((await list('?filter=alertname=b')).map((group) => group.routeLabels)).toEqual([
      {},
      { rendered: 'db-team' },
    ]);
  });

  it('shows which time intervals mute a group, and leaves muted groups out when asked to', async () => {
    expect(await list('?filter=alertname=m')).toMatchObject([
      { alerts: [{ status: { state: 'suppressed', mutedBy: ['always'], silencedBy: [], inhibitedBy: [] } }] },
    ]);
    expect(await list('?filter=alertname=m&muted=false')).toEqual([]);
    expect(names(await list('?muted=false'))).toHaveLength(4);
  });

  it.each([
    ['?inhibited=false', ['- default 1', 'a all-d 1', 'b all-d 3', 'b db-team 3', 'm default 1']],
    ['?active=false', ['a all-d 1']],
    ['?receiver_matchers=owner=dba', ['b db-team 3']],
    ['?receiver=all-.&receiver_matchers=owner=dba', []],
    ['?receiver=all-.&filter=severity="critical"', ['a all-d 1']],
    ['?filter=nope=x', []],
  ])('selects with %s', async (query, expected) => {
    expect(names(await list(query))).toEqual(expected);
  });

  it('writes a group byte for byte as Alertmanager does', async () => {
    const answer = await server.get('/api/v2/alerts/groups?filter=alertname=m');
    expect(answer.text).toBe(
      '[{"alerts":[{"annotations":{},"endsAt":"2026-01-02T03:09:05.678Z",' +
        `"fingerprint":"${fingerprint({ alertname: 'm', team: 'night' })}","receivers":[{"name":"default"}],` +
        '"startsAt":"2026-01-02T03:04:05.678Z",' +
        '"status":{"inhibitedBy":[],"mutedBy":["always"],"silencedBy":[],"state":"suppressed"},' +
        '"updatedAt":"2026-01-02T03:04:05.678Z","labels":{"alertname":"m","team":"night"}}],' +
        '"labels":{"alertname":"m"},"receiver":{"name":"default"},"routeLabels":{}}]\n',
    );
  });

  it('answers an empty list when there is nothing', async () => {
    expect((await server.get('/api/v2/alerts/groups?filter=nope=x')).text).toBe('[]\n');
  });
});
