import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newMatcher } from '../../src/model/matcher.ts';
import { NOW, TestServer } from './server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await TestServer.start();
});
afterEach(() => server.close());

const LIST = '/api/v2/silences';
const ONE = '/api/v2/silence';
const HOUR = 3_600_000;
const at = (ms: number): string => new Date(NOW + ms).toISOString();
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const GOOD = {
  matchers: [{ name: 'a', value: 'b', isRegex: false }],
  startsAt: at(-HOUR),
  endsAt: at(HOUR),
  createdBy: 'me',
  comment: 'why',
};

interface Shown {
  readonly id: string;
  readonly status: { state: string };
  readonly startsAt: string;
  readonly endsAt: string;
}

async function make(over: object = {}): Promise<string> {
  const answer = await server.post(LIST, { ...GOOD, ...over });
  expect(answer.text).toMatch(/^\{"silenceID":"[0-9a-f-]{36}"\}\n$/);
  expect(answer.status).toBe(200);
  return (JSON.parse(answer.text) as { silenceID: string }).silenceID;
}

async function show(which: string): Promise<Shown> {
  return JSON.parse((await server.get(`${ONE}/${which}`)).text) as Shown;
}

async function list(query = ''): Promise<Shown[]> {
  const answer = await server.get(LIST + query);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text) as Shown[];
}

describe('POST /api/v2/silences', () => {
  it('makes a silence and shows it byte for byte as Alertmanager does', async () => {
    const made = await make({ annotations: { z: 'y', b: 'a' }, matchers: allKinds() });
    expect((await server.get(`${ONE}/${made}`)).text).toBe(
      `{"id":"${made}","status":{"state":"active"},"updatedAt":"2026-01-02T03:04:05.678Z","annotations":{"b":"a","z":"y"},` +
        '"comment":"why","createdBy":"me","endsAt":"2026-01-02T04:04:05.678Z","matchers":[' +
        '{"isEqual":true,"isRegex":false,"name":"a","value":"b"},{"isEqual":false,"isRegex":false,"name":"a","value":"c"},' +
        '{"isEqual":true,"isRegex":true,"name":"a b","value":"b|c"},{"isEqual":false,"isRegex":true,"name":"a","value":"d"}],' +
        '"startsAt":"2026-01-02T03:04:05.678Z"}\n',
    );
  });

  it('leaves annotations out when there are none', async () => {
    expect((await server.get(`${ONE}/${await make({ annotations: null })}`)).text).not.toContain('annotations');
    expect((await server.get(`${ONE}/${await make({ annotations: {} })}`)).text).not.toContain('annotations');
  });

  it.each([
    ['', 602, 'silence in body is required'],
    ['null', 602, 'comment in body is required'],
    ['{', 400, 'parsing silence body from "" failed, because'],
    ['[]', 400, 'it must be an object, not an array'],
    [without('matchers'), 602, 'matchers in body is required'],
    [without('startsAt'), 602, 'startsAt in body is required'],
    [without('endsAt'), 602, 'endsAt in body is required'],
    [without('createdBy'), 602, 'createdBy in body is required'],
    [without('comment'), 602, 'comment in body is required'],
    [{ ...GOOD, comment: null }, 602, 'comment in body is required'],
    [{ ...GOOD, comment: 5 }, 400, 'comment must be a string, not a number'],
    [{ ...GOOD, id: 5 }, 400, 'id must be a string, not a number'],
    [{ ...GOOD, startsAt: 'x' }, 400, 'startsAt is no time that RFC 3339 knows: "x"'],
    [{ ...GOOD, annotations: { a: 1 } }, 400, 'annotations.a must be a string, not a number'],
    [{ ...GOOD, annotations: 'x' }, 400, 'annotations must be an object, not a string'],
    [{ ...GOOD, matchers: [] }, 612, 'matchers in body should have at least 1 items'],
    [{ ...GOOD, matchers: {} }, 400, 'matchers must be an array, not an object'],
    [{ ...GOOD, matchers: [null] }, 400, 'matchers.0 must be an object, not null'],
    [{ ...GOOD, matchers: [{}] }, 602, 'matchers.0.isRegex in body is required'],
    [{ ...GOOD, matchers: [{ isRegex: false }] }, 602, 'matchers.0.name in body is required'],
    [{ ...GOOD, matchers: [{ isRegex: false, name: 'a' }] }, 602, 'matchers.0.value in body is required'],
    [{ ...GOOD, matchers: [{ isRegex: 'x', name: 'a', value: '' }] }, 400, 'matchers.0.isRegex must be a boolean'],
  ])('refuses a malformed body: %#', async (body, code, message) => {
    const answer = await server.post(LIST, body);
    expect(answer.status).toBe(code >= 600 ? 422 : code);
    expect(JSON.parse(answer.text)).toEqual({ code, message: expect.stringContaining(message) });
    expect(await list()).toEqual([]);
  });

  it.each([
    [{ endsAt: GOOD.startsAt }, 400, 'Failed to create silence: start time must be before end time'],
    [{ endsAt: at(-1) }, 400, "Failed to create silence: end time can't be in the past"],
    [{ endsAt: '' }, 400, 'Failed to create silence: start time must be before end time'],
    [match({ name: '' }), 400, 'invalid silence: invalid label matcher 0 in set 0: invalid label name ""'],
    [
      match({ value: '(', isRegex: true }),
      400,
      'invalid silence: invalid label matcher 0 in set 0: invalid regular expression "(": error parsing regexp: missing closing ): `(`',
    ],
    [match({ value: '' }), 400, 'invalid silence: matcher set 0: at least one matcher must not match the empty string'],
    [
      match({ value: 'x|', isRegex: true }),
      400,
      'invalid silence: matcher set 0: at least one matcher must not match the empty string',
    ],
    [{ id: id(9) }, 404, 'silence not found'],
    [{ id: 'nonsense' }, 404, 'silence not found'],
  ])('refuses what makes no sense: %#', async (over, status, message) => {
    const answer = await server.post(LIST, { ...GOOD, ...over });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toBe(message);
    expect(await list()).toEqual([]);
  });

  it('takes the zero time and the empty text as starts', async () => {
    expect(await show(await make({ startsAt: '0001-01-01T00:00:00Z' }))).toMatchObject({ startsAt: at(0) });
    expect(await show(await make({ startsAt: '' }))).toMatchObject({ startsAt: at(0) });
  });

  it('edits in place what may be edited', async () => {
    const made = await make();
    const { startsAt } = await show(made);
    server.state.time += 60_000;
    expect(await make({ id: made, startsAt, endsAt: at(2 * HOUR), comment: 'longer' })).toBe(made);
    expect(await show(made)).toMatchObject({
      endsAt: at(2 * HOUR),
      comment: 'longer',
      updatedAt: at(60_000),
      startsAt,
    });
  });

  it('ends the old silence and makes a new one for other edits', async () => {
    const made = await make();
    server.state.time += 60_000;
    const next = await make({ id: made, matchers: [{ name: 'a', value: 'c', isRegex: false }] });
    expect(next).not.toBe(made);
    server.state.time += 1;
    expect(await show(made)).toMatchObject({ status: { state: 'expired' }, endsAt: at(60_000) });
    expect(await show(next)).toMatchObject({ status: { state: 'active' }, startsAt: at(60_000) });
  });

  it('minds the limits', async () => {
    await server.close();
    server = await TestServer.start({ silenceLimits: { maxSilences: 2, maxSizeBytes: 150 } });
    await make();
    await make();
    const many = await server.post(LIST, GOOD);
    expect(many).toMatchObject({ status: 400, text: '"exceeded maximum number of silences: 2 (limit: 2)"\n' });
    const long = await server.post(LIST, { ...GOOD, id: id(1), startsAt: at(0), comment: 'x'.repeat(100) });
    expect(long.text).toMatch(/^"silence exceeded maximum size: \d+ bytes \(limit: 150 bytes\)"\n$/);
  });
});

describe('GET /api/v2/silences', () => {
  it('lists active ones by end, pending ones by start, expired ones last first', async () => {
    const late = await make({ endsAt: at(3 * HOUR) });
    const soon = await make({ endsAt: at(2 * HOUR) });
    const later = await make({ startsAt: at(6 * HOUR), endsAt: at(9 * HOUR) });
    const next = await make({ startsAt: at(5 * HOUR), endsAt: at(9 * HOUR) });
    const old = await make({ endsAt: at(HOUR / 2) });
    const older = await make({ endsAt: at(HOUR / 4) });
    server.state.time += HOUR;
    expect((await list()).map((silence) => silence.id)).toEqual([soon, late, next, later, old, older]);
    expect((await list('?expired=false')).map((silence) => silence.id)).toEqual([soon, late, next, later]);
    expect((await list('?active=false&pending=no')).map((silence) => silence.id)).toEqual([old, older]);
    expect(await list('?active=0&pending=0&expired=0')).toEqual([]);
  });

  it('filters by matchers word for word', async () => {
    await make({ matchers: allKinds() });
    expect(await list('?filter=a=b')).toHaveLength(1);
    expect(await list('?filter=a=b&filter=a!=c&filter=a!~d')).toHaveLength(1);
    expect(await list('?filter=a=~b')).toHaveLength(0);
    expect(await list('?filter=a=b&filter=a=c')).toHaveLength(0);
    expect((await server.get(`${LIST}?filter=a`)).text).toBe('"bad matcher format: a"\n');
  });

  it('shows every set of a silence that has several', async () => {
    const sets = [[newMatcher('a', '=', 'b')], [newMatcher('c', '=', 'd')]];
    const rest = { startsAt: NOW, endsAt: NOW + HOUR, updatedAt: NOW, createdBy: '', comment: '', annotations: {} };
    await server.state.submitSilences([{ id: id(7), matcherSets: sets, ...rest }]);
    expect(await list('?filter=c=d')).toMatchObject([
      { matchers: [{ name: 'a' }], matcherSets: [[{ name: 'a' }], [{ name: 'c' }]] },
    ]);
  });
});

describe('/api/v2/silence/{id}', () => {
  it('ends a silence once', async () => {
    const made = await make();
    server.state.time += 1000;
    expect(await server.ask('DELETE', `${ONE}/${made}`)).toMatchObject({ status: 200, text: '' });
    server.state.time += 1000;
    expect(await show(made)).toMatchObject({ status: { state: 'expired' }, endsAt: at(1000), updatedAt: at(1000) });
    expect(await server.ask('DELETE', `${ONE}/${made}`)).toMatchObject({ status: 200, text: '' });
    expect(await show(made)).toMatchObject({ endsAt: at(1000), updatedAt: at(1000) });
  });

  it.each(['GET', 'DELETE'])(
    'answers %s of what is not there with 404 and of what is no UUID with 422',
    async (method) => {
      for (const form of [
        id(9),
        id(9).toUpperCase(),
        id(9).replaceAll('-', ''),
        `urn:uuid:${id(9)}`,
        `%7B${id(9)}%7D`,
      ]) {
        expect(await server.ask(method, `${ONE}/${form}`)).toMatchObject({ status: 404, text: '' });
      }
      const answer = await server.ask(method, `${ONE}/no%2Fpe`);
      expect(answer.status).toBe(422);
      expect(answer.text).toBe('{"code":601,"message":"silenceID in path must be of type uuid: \\"no/pe\\""}');
    },
  );

  it('answers 503 when the store does not take it', async () => {
    const made = await make();
    class StoreUnavailable extends Error {
      override readonly name = 'StoreUnavailable';
    }
    server.state.storing = () => Promise.reject(new StoreUnavailable('not stored'));
    expect(await server.ask('DELETE', `${ONE}/${made}`)).toMatchObject({ status: 503, text: '"not stored"\n' });
    expect(await server.post(LIST, GOOD)).toMatchObject({ status: 503 });
  });
});

function allKinds(): object[] {
  return [
    { name: 'a', value: 'b', isRegex: false },
    { name: 'a', value: 'c', isRegex: false, isEqual: false },
    { name: 'a b', value: 'b|c', isRegex: true, isEqual: null },
    { name: 'a', value: 'd', isRegex: true, isEqual: false },
  ];
}

function match(over: object): object {
  return { matchers: [{ ...GOOD.matchers[0], ...over }] };
}

function without(field: keyof typeof GOOD): object {
  return Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== field));
}
