import { describe, expect, it } from 'vitest';
import {
  byteLength,
  compareBytes,
  fromBytes,
  sliceBytes,
  toBytes,
  trimSpace,
  wellFormed,
} from '../../../src/template/value/bytes.ts';

describe('strings as bytes', () => {
  it('count bytes', () => {
    expect(['', 'a', 'é', '日', '😀', 'a\udcffb'].map(byteLength)).toEqual([0, 1, 2, 3, 4, 3]);
  });

  it('keep bytes that form no character', () => {
    const samples = [
      [0xff],
      [0xc3],
      [0xc3, 0x28],
      [0xe2, 0x82],
      [0xed, 0xa0, 0x80],
      [0xf5, 0x80],
      [0xc0, 0x80],
      [0xe0, 0x80, 0x80],
      [0xf0, 0x80, 0x80, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0x80, 0x61],
    ];
    for (const bytes of samples) {
      expect([...toBytes(fromBytes(Uint8Array.from(bytes)))]).toEqual(bytes);
      expect(wellFormed(fromBytes(Uint8Array.from(bytes)))).toMatch(/\ufffd/);
    }
  });

  it('decode what is well-formed, a byte order mark included', () => {
    for (const text of ['a\u0000é', '\ufeffx', '\ufffd', '😀\u{10ffff}']) expect(fromBytes(toBytes(text))).toBe(text);
  });

  it('cut through characters and put them together again', () => {
    const text = 'aé😀';
    for (let i = 0; i <= 7; i++) {
      const [left, right] = [sliceBytes(text, 0, i), sliceBytes(text, i, 7)];
      expect(byteLength(left)).toBe(i);
      expect(wellFormed(left + right)).toBe(text);
    }
  });

  it('compare bytewise', () => {
    expect(compareBytes('a', 'b')).toBeLessThan(0);
    expect(compareBytes('\uffff', '😀')).toBeLessThan(0);
    expect(compareBytes('\udcff', '😀')).toBeGreaterThan(0);
    expect(compareBytes('\udc80', '\udc80')).toBe(0);
    expect(compareBytes('é', 'é\udc80')).toBeLessThan(0);
  });

  it('trim what Go calls white space', () => {
    expect(trimSpace('\u0085\u00a0\u2003 a b \t\r\n')).toBe('a b');
    expect(trimSpace('\ufeffa\u200b')).toBe('\ufeffa\u200b');
    expect(trimSpace(' \n')).toBe('');
  });
});
