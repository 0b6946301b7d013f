import { afterEach, describe, expect, it } from 'vitest';
import { NOW, TestServer } from './server.ts';

let server: TestServer;
afterEach(() => server.close());

const at = (ms: number): string => new Date(NOW + ms).toISOString();

async function page(query = ''): Promise<string> {
  const answer = await server.get(`/${query}`);
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  return answer.text;
}

describe('the page', () => {
  it('shows text as text, whatever it holds', async () => {
    server = await TestServer.start();
    const evil = `</p><script>alert(1)</script>"'&`;
    await server.post('/api/v2/alerts', [
      { labels: { alertname: evil, [evil]: evil, severity: evil }, annotations: { [evil]: evil } },
    ]);
    await server.post('/api/v2/silences', {
      matchers: [{ name: 'x', value: evil, isRegex: false }],
      startsAt: at(0),
      endsAt: at(1000),
      createdBy: evil,
      comment: evil,
      annotations: { [evil]: evil },
    });
    const text = await page(`?filter=${encodeURIComponent(evil)}&receiver=${encodeURIComponent('"><script>')}`);
    expect(text).toContain('The filter cannot be read');
    for (const each of [text, await page()]) {
      expect(each.match(/<script/g)).toEqual(['<script']);
      expect(each).not.toContain('"><script>');
    }
    expect(await page()).toContain('&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
  });

  it('links to the web and to nothing else', async () => {
    server = await TestServer.start();
    const annotations = {
      a: 'https://ok.example/x?a=b&c=d',
      b: 'javascript:alert(1)',
      c: 'HTTP://ok.example/"onclick="x',
      d: 'data:text/html,x',
      e: '//evil.example',
      f: 'see https://in.the/middle',
      g: 'http://',
    };
    await server.post('/api/v2/alerts', [{ labels: { a: 'b' }, annotations, generatorURL: 'javascript:alert(2)' }]);
    await server.post('/api/v2/alerts', [{ labels: { a: 'c' }, generatorURL: 'http://prometheus:9090/graph' }]);
    const links = [...(await page()).matchAll(/<a href="(?!#)([^"]*)"/g)].map((match) => match[1]);
    expect(links.sort()).toEqual([
      'HTTP://ok.example/&quot;onclick=&quot;x',
      'http://prometheus:9090/graph',
      'https://ok.example/x?a=b&amp;c=d',
    ]);
  });

  it('has a place for each of the links that notifications and silences hold', async () => {
    server = await TestServer.start();
    await server.post('/api/v2/alerts', [{ labels: { alertname: 'x' } }]);
    const times = { startsAt: at(0), endsAt: at(1000), createdBy: '', comment: '' };
    await server.post('/api/v2/silences', { matchers: [{ name: 'alertname', value: 'x', isRegex: false }], ...times });
    const text = await page();
    for (const id of ['/alerts', '/groups', '/silences', '/status', '/silences/00000000-0000-4000-8000-000000000001']) {
      expect(text).toContain(`id="${id}"`);
    }
    expect(text).toContain('<a href="#/silences/00000000-0000-4000-8000-000000000001">silenced</a>');
  });

  it('filters by matchers with or without braces, and by receiver', async () => {
    server = await TestServer.start();
    await server.post('/api/v2/alerts', [
      { labels: { alertname: 'one', team: 'db' } },
      { labels: { alertname: 'two', team: 'db' } },
      { labels: { alertname: 'three' } },
    ]);
    const shown = async (query: string): Promise<string[]> =>
      [...(await page(query)).matchAll(/<li id="\/alerts[\s\S]*?<b>(\w+)<\/b>/g)].map((match) => match[1]!).sort();
    expect(await shown('')).toEqual(['one', 'three', 'two']);
    expect(await shown(`?filter=${encodeURIComponent('{team="db", alertname!="two"}')}`)).toEqual(['one']);
    expect(await shown('?filter=team=db&filter=alertname=two')).toEqual(['two']);
    expect(await shown('?receiver=default')).toEqual(['three']);
    expect(await shown('?filter=')).toHaveLength(3);
  });

  it('shows the first of very many, and says so', async () => {
    server = await TestServer.start();
    const alerts = Array.from({ length: 600 }, (_, i) => ({ labels: { alertname: 'x', i: String(i) } }));
    await server.post('/api/v2/alerts', alerts);
    const text = await page();
    expect(text).toContain('<b>600</b>');
    expect(text.match(/<li id="\/alerts/g)).toHaveLength(500);
    expect(text).toContain('100 more are not shown');
  });

  it('says when the server is not ready', async () => {
    server = await TestServer.start();
    server.state.readiness = { ok: false, message: 'not stored: disk full' };
    expect(await page()).toContain('Not ready: not stored: disk full');
  });

  it('is protected by a policy that its own assets satisfy', async () => {
    server = await TestServer.start({ routePrefix: '/am' });
    const { text, headers } = await server.get('/am/');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-frame-options']).toBe('DENY');
    const used = [...text.matchAll(/(?:src|rel="\w+" href)="([^"]+)"/g)].map((match) => match[1]!);
    expect(used.sort()).toEqual(['assets/page.css', 'assets/page.js', 'favicon.ico']);
    for (const path of used) expect((await server.get(`/am/${path}`)).status).toBe(200);
    expect(text).not.toMatch(/ style=| on\w+=|<style|<script>/);
  });
});
