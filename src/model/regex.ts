// Regular expressions as Alertmanager applies them: RE2's syntax, anchored at both ends, `.` not matching line breaks, in
// time linear in the text. What a program may cost is decided here, because patterns come from users.

import { RE2JS, RE2JSException } from 're2js';
import { requiredPrefix, shapeOf, type Test } from './regex-shape.ts';

export interface CompiledRegex {
  /** Whether the whole text matches. */
  readonly matches: Test;
}

/** Why a pattern was refused, in Go's words. */
export interface RegexError {
  readonly error: string;
}

/** In UTF-16 units. Compiling takes time in proportion; lists of plain words may be longer than what RE2 has to read. */
const MAX_SOURCE = 1 << 20;
const MAX_COMPILED_SOURCE = 1 << 15;

/** In instructions: at worst each is visited once for each character of the text. */
const MAX_PROGRAM = 20_000;

/** A lookup takes a twentieth of the time of a match, and most labels have few values. */
const CACHED_RESULTS = 512;
const CACHED_LENGTH = 256;

/** Compiles `^(?:source)$`; what is wrong is a value, worded as Go words it. */
export function compileRegex(source: string): CompiledRegex | RegexError {
  if (source.length > MAX_SOURCE) return tooLarge();
  const test = shapeOf(source);
  if (test !== undefined) return { matches: test };
  if (source.length > MAX_COMPILED_SOURCE) return tooLarge();
  const anchored = `^(?:${source})$`;
  try {
    const program = RE2JS.compile(anchored);
    if (program.programSize() > MAX_PROGRAM) return tooLarge();
    return { matches: remember(program, requiredPrefix(source)) };
  } catch (error) {
    if (error instanceof RE2JSException) return { error: inGoWords(error, anchored) };
    throw error;
  }
}

/**
 * Anchored by the pattern's own `^` and `$`, not by the engine: a pattern such as `a)|(b` undoes them, in Go as here.
 * Refuses by the prefix, answers from memory, and only then runs the program.
 */
function remember(program: RE2JS, prefix: string): Test {
  const known = new Map<string, boolean>();
  return (text) => {
    if (!text.startsWith(prefix)) return false;
    const answer = known.get(text);
    if (answer !== undefined) return answer;
    const found = program.test(text);
    if (text.length <= CACHED_LENGTH) {
      if (known.size === CACHED_RESULTS) known.clear();
      known.set(text, found);
    }
    return found;
  };
}

/** Go adds the expression where RE2JS does not. */
function inGoWords(error: RE2JSException, anchored: string): string {
  return error.message.endsWith('nests too deeply') ? `${error.message}: \`${anchored}\`` : error.message;
}

function tooLarge(): RegexError {
  return { error: 'error parsing regexp: expression too large' };
}
