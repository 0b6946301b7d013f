import { expect, it } from 'vitest';
import { labelsHash, xxh64 } from '../../src/model/xxhash.ts';

// From the documentation of the implementations in C and Go.
it.each([
  ['', 'ef46db3751d8e999'],
  ['a', 'd24ec4f1a98c6e5b'],
  ['abc', '44bc2cf5ad770999'],
  ['Nobody inspects the spammish repetition', 'fbcea83c8a378bf1'],
])('hashes %j as everybody does', (text, hash) => {
  expect(xxh64(Buffer.from(text)).toString(16)).toBe(hash);
});

it('does not depend on the order of labels, and does on where a value ends', () => {
  expect(labelsHash({ a: '1', b: '2' })).toBe(labelsHash({ b: '2', a: '1' }));
  expect(labelsHash({ a: '1', b: '2' })).not.toBe(labelsHash({ a: '1b2', b: '' }));
  expect(labelsHash({ a: '1' })).toMatch(/^[0-9a-f]{16}$/);
});
