// The small pieces that the rest of the HTTP side is made of.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAlerts } from '../../src/http/ingest.ts';
import { jsonString, labelsJson } from '../../src/http/json.ts';
import { JsonWriter } from '../../src/http/json-writer.ts';
import { Query } from '../../src/http/query.ts';
import { isRequestUri } from '../../src/http/uri.ts';
import { fingerprint } from '../../src/model/labels.ts';

describe('Query', () => {
  it('reads what Go reads', () => {
    const query = new Query('/x?a=1&a=2&b=&c&d=%C3%A9+%2B&e=%zz&f=1;g=2&%67=h&=i&j=%ff&k==l&&');
    expect(query.all('a')).toEqual(['1', '2']);
    expect(query.last('a')).toBe('2');
    expect(query.all('b')).toEqual(['']);
    expect(query.last('b')).toBeUndefined();
    expect(query.all('c')).toEqual(['']);
    expect(query.all('d')).toEqual(['é +']);
    expect(query.all('e')).toEqual([]);
    expect(query.all('f')).toEqual([]);
    expect(query.all('g')).toEqual(['h']);
    expect(query.all('j')).toEqual(['\ufffd']);
    expect(query.all('k')).toEqual(['=l']);
    expect(query.all('__proto__')).toEqual([]);
  });

  it('takes the words for true that go-openapi takes, and nothing else', () => {
    const words = ['true', '1', 'YES', 'ok', 'y', 'On', 'selected', 'checked', 't', 'enabled', ''];
    for (const word of words) expect(new Query(`/?f=${word}`).flag('f')).toBe(true);
    for (const word of ['false', '0', 'no', 'x', '2', '+true']) expect(new Query(`/?f=${word}`).flag('f')).toBe(false);
    expect(new Query('/').flag('f')).toBe(true);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void new Query(`/?${text}`).flag('a')));
  });
});

describe('JSON text', () => {
  it('escapes what Go escapes', () => {
    expect(jsonString('<a href="x">&\u2028\u2029\u0000é😀')).toBe(
      '"\\u003ca href=\\"x\\"\\u003e\\u0026\\u2028\\u2029\\u0000é😀"',
    );
  });

  it('sorts names by their bytes', () => {
    const labels: Record<string, string> = { 9: 'a', 10: 'b', '\u{10000}': 'c', '\uffff': 'd', a: '<', B: '' };
    expect(labelsJson(labels)).toBe('{"10":"b","9":"a","B":"","a":"\\u003c","\uffff":"d","\u{10000}":"c"}');
    const harmless = JSON.parse('{"__proto__":"p","a":"b"}') as Record<string, string>;
    expect(labelsJson(harmless)).toBe('{"__proto__":"p","a":"b"}');
  });

  it('says the same as the object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (labels) => {
        expect(JSON.parse(labelsJson(labels))).toEqual({ ...labels });
      }),
    );
  });
});

describe('JsonWriter', () => {
  it('loses nothing between pieces', () => {
    const writer = new JsonWriter();
    const pieces: Buffer[] = [];
    let expected = '';
    for (let i = 0; i < 5_000; i++) {
      const text = `${i}:${'é😀x'.repeat(i % 50)}`;
      writer.text(text);
      expected += text;
      const bytes = Buffer.from('<0123456789>');
      writer.bytes(bytes, 1, 11);
      expected += '0123456789';
      if (writer.hasPiece()) pieces.push(...writer.takePieces());
    }
    const long = '\uffff'.repeat(100_000);
    writer.text(long);
    expected += long;
    expect(pieces.length).toBeGreaterThan(3);
    expect(Buffer.concat([...pieces, writer.takeRest()]).toString()).toBe(expected);
  });
});

describe('isRequestUri', () => {
  it.each([
    'http://h',
    'http://h/#any thing',
    'http://h#%zz',
    'http://h?a b',
    'https://u:p@h:80/p?q=%zz',
    'http://[::1]:80/',
    'http://[fe80::1%25en0]/',
    'http://ü.example/ü',
    'http://',
    'http://%e4/',
    '/path only',
    '//x',
    'mailto:x@y',
    'x:',
    '*',
  ])('takes %s', (uri) => {
    expect(isRequestUri(uri)).toBe(true);
  });

  it.each([
    '',
    '#x',
    'foo',
    ' http://h',
    ':x',
    '1http://x',
    'http://h h/',
    'http://h:port/',
    'http://h/%zz',
    'http://h%41/',
    'http://h/\u0001',
    'http://u p@h/',
    'http://[::1',
    'http://[1.2.3.4]/',
    'http://a[b]/',
    'http://[::1%25]/',
    'ü:x',
  ])('refuses %j', (uri) => {
    expect(isRequestUri(uri)).toBe(false);
  });
});

describe('readAlerts', () => {
  const options = { now: 1_000_000, resolveTimeoutMs: 300_000, matcherMode: 'fallback' } as const;
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', ''));

  it('keeps labels, annotations and their fingerprint, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), fc.array(fc.tuple(text, text)), (labelPairs, annotationPairs) => {
        const labels = Object.fromEntries(labelPairs);
        const annotations = Object.fromEntries(annotationPairs);
        const kept = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
        const { alerts, problems } = readAlerts(JSON.stringify([{ labels, annotations }]), options);
        const bad = Object.keys(kept).length === 0 || Object.hasOwn(kept, '') || Object.hasOwn(annotations, '');
        expect(problems).toHaveLength(bad ? 1 : 0);
        if (bad) return;
        expect(Object.entries(alerts[0]!.labels).sort()).toEqual(Object.entries(kept).sort());
        expect(Object.entries(alerts[0]!.annotations).sort()).toEqual(Object.entries(annotations).sort());
        expect(alerts[0]!.fingerprint).toBe(fingerprint(kept));
      }),
    );
  });

  it.each(['d800', 'DBFF', 'dc00', 'dFfF'])('mends half of a surrogate pair: %s', (half) => {
    const { alerts } = readAlerts(`[{"labels":{"a":"x\\u${half}y"}}]`, options);
    expect(alerts[0]!.labels).toEqual({ a: 'x\ufffdy' });
  });

  it('says whether the end is our guess, and counts what has ended', () => {
    const at = (ms: number): string => new Date(ms).toISOString();
    const ends = [undefined, at(options.now + 1), at(options.now), at(0)];
    const text = JSON.stringify(ends.map((endsAt) => ({ labels: { a: 'b' }, startsAt: at(0), endsAt })));
    const { alerts, firing, resolved } = readAlerts(text, options);
    expect(alerts.map((alert) => [alert.endsAt, alert.timeout])).toEqual([
      [options.now + options.resolveTimeoutMs, true],
      [options.now + 1, false],
      [options.now, false],
      [0, false],
    ]);
    expect([firing, resolved]).toEqual([2, 2]);
  });

  it('does not take brackets in texts for nesting', () => {
    const text = `${'['.repeat(300_000)}\\"${'{'.repeat(300_000)}`;
    const { alerts } = readAlerts(JSON.stringify([{ labels: { a: 'b' }, annotations: { text } }]), options);
    expect(alerts[0]!.annotations['text']).toBe(text);
  });

  it('answers anything with alerts, problems or a refusal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (body) => {
        try {
          readAlerts(`[${body}]`, options);
        } catch (error) {
          expect(error).toHaveProperty('name', 'ApiError');
        }
      }),
    );
  });
});
