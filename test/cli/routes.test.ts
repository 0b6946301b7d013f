import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../support/process.ts';
import { runCtl } from './run.ts';

const file = join(scratch(), 'am.yml');
writeFileSync(
  file,
  `
route:
  receiver: team
  group_by: [alertname, cluster]
  routes:
  - matchers: [severity="critical"]
    receiver: pager
    group_by: [...]
    mute_time_intervals: [nights, weekends]
    continue: true
  - match_re: {owner: db|web}
    receiver: db
    group_by: []
    active_time_intervals: [weekends]
    repeat_interval: 1d
    routes:
    - matchers: ['"größe"="1"', a!~"x|y"]
    - matchers: [sub=~".+"]
      receiver: sub
  - receiver: last
receivers: [{name: team}, {name: pager}, {name: db}, {name: sub}, {name: last}]
time_intervals:
- name: nights
  time_intervals: [{times: [{start_time: "00:00", end_time: "06:00"}]}]
- name: weekends
  time_intervals: [{weekdays: [saturday, sunday]}]
`,
);

async function test(...words: string[]): Promise<string> {
  const { code, out, err } = await runCtl(['config', 'routes', 'test', `--config.file=${file}`, ...words]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

describe('config routes test', () => {
  it('explains what each route says', async () => {
    expect(
      await test('--explain', '--time=2026-11-21T03:00:00+01:00', 'owner=db', 'severity=critical', 'größe=1', 'a=x'),
    ).toBe(`default-route
  1 {severity="critical"}: yes, and continue: true goes on to the next
    => pager
  2 {owner=~"^(?:db|web)$"}: yes
    2.1 {a!~"x|y",größe="1"}: no, a is "x": a!~"x|y" does not match
    2.2 {sub=~".+"}: no, there is no sub: sub=~".+" does not match
    => db
  3 default-route: not asked, because 2 took it

pager: grouped by every label; first after 30s, news after 5m, again after 4h; muted, in the time interval nights, weekends at 2026-11-21T02:00:00.000Z
db: grouped by nothing; first after 30s, news after 5m, again after 1d; not muted at 2026-11-21T02:00:00.000Z

pager,db
`);
    expect(await test('--explain', 'x=1')).toMatch(
      /^ {2}3 default-route: yes\n {4}=> last\n\nlast: grouped by alertname, cluster; /m,
    );
  });

  it('says who is muted at a time', async () => {
    expect(await test('--time=2026-11-20T12:00:00Z', 'owner=web', 'sub=1', 'severity=critical')).toBe(
      `pager: grouped by every label; first after 30s, news after 5m, again after 4h; not muted at 2026-11-20T12:00:00.000Z
sub: grouped by nothing; first after 30s, news after 5m, again after 1d; not muted at 2026-11-20T12:00:00.000Z

pager,sub
`,
    );
    expect(await test('--time=2026-11-20T12:00:00Z', 'owner=web')).toContain(
      'muted, outside of the time interval weekends at',
    );
    const { code, err } = await runCtl(['config', 'routes', 'test', `--config.file=${file}`, '--time=noon', 'a=b']);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('parsing time "noon"') as string });
  });
});

describe('a configuration in parts', () => {
  const dir = scratch();
  const whole = join(dir, 'whole.yml');
  writeFileSync(whole, 'include: [part.yml]\nroute: {receiver: x}\nreceivers: [{name: x}]\n');
  const variable = (inner: string) => `\${${inner}}`;
  writeFileSync(
    join(dir, 'part.yml'),
    `receivers: [{name: y}]\nroutes: [{receiver: y, group_wait: '${variable('T_WAIT:-7s')}', matchers: ['home=${variable('HOME')}']}]\n`,
  );
  const both = ['--config.expand-env', '--config.include'];
  const routes = (...words: string[]) => runCtl(['config', 'routes', ...words]);

  it('is read as the server reads it where the flags say so', async () => {
    const home = process.env['HOME'] ?? '';
    expect(await routes('show', `--config.file=${whole}`, ...both)).toEqual({
      code: 0,
      out: `Routing tree:\n.\n└── default-route  receiver: x\n    └── {home="${home}"}  receiver: y\n\n`,
      err: '',
    });
    const asked = ['test', `--config.file=${whole}`, '--verify.receivers=y', '--explain', `home=${home}`];
    const tested = await routes(...asked, ...both);
    expect(tested).toMatchObject({ code: 0, out: expect.stringMatching(/first after 7s.*\n\ny\n$/s) as string });
    expect((await routes(...asked)).err).toContain('--config.include');
    expect((await routes(...asked, '--config.include')).err).toContain('part.yml:2:');
  });

  it('of a server is shown as it is written there, and expanded here', async () => {
    const text = readFileSync(join(dir, 'part.yml'), 'utf8').replace('routes:', 'route:\n  receiver: y\n  routes:');
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ config: { original: text }, versionInfo: {}, uptime: '', cluster: {} }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const at = `--alertmanager.url=http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect((await routes('show', at)).err).toContain('group_wait');
      expect((await routes('show', at, '--config.expand-env')).out).toContain(`home="${process.env['HOME'] ?? ''}"`);
    } finally {
      server.close();
    }
  });
});
