// Regular expressions as Alertmanager applies them: RE2's syntax, anchored at both ends, in time linear in the text.
// Most patterns that operators write are words and alternatives of words, and those are answered without an engine.

import { RE2JS, RE2JSException } from 're2js';

export interface CompiledRegex {
  /** Whether the whole text matches. */
  matches(text: string): boolean;
}

/** Why a pattern was refused, in Go's words. */
export interface RegexError {
  readonly error: string;
}

/** Longer patterns are refused: compiling takes time in proportion. */
const MAX_PATTERN_LENGTH = 1 << 20;

/** Larger programs are refused: one step of the slowest engine visits each instruction once per character. */
const MAX_PROGRAM_SIZE = 100_000;

/** Compiles `^(?:source)$`; what is wrong is a value, worded as Go words it. */
export function compileRegex(source: string): CompiledRegex | RegexError {
  if (source.length > MAX_PATTERN_LENGTH) return tooLarge();
  try {
    const program = RE2JS.compile(`^(?:${source})$`);
    if (program.programSize() > MAX_PROGRAM_SIZE) return tooLarge();
    return { matches: (text) => program.testExact(text) };
  } catch (error) {
    if (error instanceof RE2JSException) return { error: error.message };
    throw error;
  }
}

function tooLarge(): RegexError {
  return { error: 'error parsing regexp: expression too large' };
}
