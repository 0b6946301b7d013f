// Go's time layouts: which parts of a layout text stand for a part of a time.

export type Element =
  | 'January'
  | 'Jan'
  | '1'
  | '01'
  | 'Monday'
  | 'Mon'
  | '2'
  | '_2'
  | '02'
  | '__2'
  | '002'
  | '15'
  | '3'
  | '03'
  | '4'
  | '04'
  | '5'
  | '05'
  | '2006'
  | '06'
  | 'PM'
  | 'pm'
  | 'MST'
  | 'offset'
  | 'fraction';

export interface Chunk {
  /** Literal text before the element. */
  readonly literal: string;
  /** Undefined at the end of the layout. */
  readonly element: Element | undefined;
  /** The element as written. */
  readonly text: string;
}

const ELEMENTS =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|1|2006|2|_2006|__2|_2|[3-5]|PM|pm|[-Z]07(?::00:00|0000|:00|00)?|[.,](?:0+|9+)(?![0-9])/g;

function elementOf(text: string): Element {
  if (text.startsWith('-') || text.startsWith('Z')) return 'offset';
  if (text.startsWith('.') || text.startsWith(',')) return 'fraction';
  if (text === '06') return '06';
  return text as Element;
}

/** Layouts that were cut up already: a range over alerts uses one or two. */
const known = new Map<string, readonly Chunk[]>();
const KNOWN = 50;
const KNOWN_LENGTH = 200;

/** A layout's elements, each with the literal text before it; the last chunk has no element. */
export function chunksOf(layout: string): readonly Chunk[] {
  let chunks = known.get(layout);
  if (chunks === undefined) {
    chunks = cut(layout);
    if (known.size >= KNOWN) known.clear();
    if (layout.length <= KNOWN_LENGTH) known.set(layout, chunks);
  }
  return chunks;
}

function cut(layout: string): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let from = 0;
  for (const match of layout.matchAll(ELEMENTS)) {
    let { 0: text, index } = match;
    // An underscore before a long year is just that.
    if (text === '_2006') {
      text = '2006';
      index++;
    }
    chunks.push({ literal: layout.slice(from, index), element: elementOf(text), text });
    from = index + text.length;
  }
  chunks.push({ literal: layout.slice(from), element: undefined, text: '' });
  return chunks;
}
