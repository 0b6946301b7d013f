import { describe, expect, it } from 'vitest';
import type { ScalarNode } from '../../src/config/node.ts';
import { resolvePlain, resolveScalar } from '../../src/config/scalar.ts';

function scalar(text: string, tag = '', plain = tag === ''): ScalarNode {
  return { kind: 'scalar', text, plain, tag: tag === '' ? '' : `tag:yaml.org,2002:${tag}`, at: 0 };
}

describe('a text without quotes', () => {
  it.each([
    ['true', true],
    ['Yes', true],
    ['on', true],
    ['y', true],
    ['N', false],
    ['Off', false],
  ])('%s is a boolean', (text, value) => {
    expect(resolvePlain(text)).toEqual({ type: 'bool', value });
  });

  it.each(['', '~', 'null', 'Null', 'NULL'])('%j is null', (text) => {
    expect(resolvePlain(text)).toEqual({ type: 'null' });
  });

  it.each([
    ['12', 12n],
    ['-3', -3n],
    ['+4', 4n],
    ['1_000', 1000n],
    ['0x1F', 31n],
    ['0b101', 5n],
    ['0o17', 15n],
    ['017', 15n],
    ['0', 0n],
    ['-9223372036854775808', -(2n ** 63n)],
    ['18446744073709551615', 2n ** 64n - 1n],
  ])('%s is an integer', (text, value) => {
    expect(resolvePlain(text)).toEqual({ type: 'int', value });
  });

  it.each([
    ['1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['08', 8],
    ['18446744073709551616', 2 ** 64],
    ['-.inf', Number.NEGATIVE_INFINITY],
    ['.NaN', Number.NaN],
  ])('%s is a float', (text, value) => {
    expect(resolvePlain(text)).toEqual({ type: 'float', value });
  });

  it.each([
    'TRUE!',
    'tRue',
    'nULL',
    '1.2.3',
    '0x',
    '0xg',
    '1e',
    'e1',
    '-',
    '+',
    '.',
    '12:30',
    '1d',
    '_1',
    '<<',
    '1e999',
  ])('%s is a text', (value) => {
    expect(resolvePlain(value)).toEqual({ type: 'string', value });
  });

  it.each([
    '2020-01-01',
    '2020-1-1',
    '2020-02-29',
    '2020-01-01T10:00:00Z',
    '2020-01-01 10:00:00.5',
    '2020-01-01t1:2:3+01:00',
  ])('%s is a date, which stays a text', (value) => {
    expect(resolvePlain(value)).toEqual({ type: 'string', value, date: true });
  });

  it.each(['2020-13-01', '2021-02-29', '2020-01-01T25:00:00Z', '20-01-01', '2020-01-01T10:00:00'])(
    '%s is no date',
    (value) => {
      expect(resolvePlain(value)).toEqual({ type: 'string', value });
    },
  );
});

describe('a text with quotes or a tag', () => {
  it('is a text in quotes, whatever it looks like', () => {
    expect(resolveScalar(scalar('5', '', false))).toEqual({ type: 'string', value: '5' });
  });

  it('is what its tag says where that fits', () => {
    expect(resolveScalar(scalar('5', 'str'))).toEqual({ type: 'string', value: '5' });
    expect(resolveScalar(scalar('5', 'int'))).toEqual({ type: 'int', value: 5n });
    expect(resolveScalar(scalar('5', 'float'))).toEqual({ type: 'float', value: 5 });
    expect(resolveScalar(scalar('aGk=', 'binary'))).toEqual({ type: 'string', value: 'hi' });
    expect(resolveScalar({ ...scalar('x'), tag: '!mine', plain: false })).toEqual({ type: 'string', value: 'x' });
  });

  it.each([
    ['x', 'int'],
    ['5', 'bool'],
    ['x', 'timestamp'],
    ['*', 'binary'],
  ])('%s is refused as !!%s without being repeated', (text, tag) => {
    expect(() => resolveScalar(scalar(text, tag))).toThrow(tag === 'binary' ? /base64/ : `!!${tag}`);
  });
});
