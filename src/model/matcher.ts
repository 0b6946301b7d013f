// One condition on one label, and the two syntaxes in which people write them.

import type { LabelSet } from './labels.ts';

export type MatchType = '=' | '!=' | '=~' | '!~';

export interface Matcher {
  readonly name: string;
  readonly type: MatchType;
  /** The value or the regular expression's source. */
  readonly value: string;
  /** Whether a label's value (empty when the label is missing) satisfies it. */
  matches(value: string): boolean;
}
export type { LabelSet };
