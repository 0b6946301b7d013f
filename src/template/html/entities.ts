// Character references in attribute values. Only those that stand for ASCII are resolved by name: the others cannot end a
// string or begin an address, which is what the values are looked at for.

const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '\t': 'Tab',
    '\n': 'NewLine',
    '!': 'excl',
    '"': 'quot QUOT',
    '#': 'num',
    $: 'dollar',
    '%': 'percnt',
    '&': 'amp AMP',
    "'": 'apos',
    '(': 'lpar',
    ')': 'rpar',
    '*': 'ast midast',
    '+': 'plus',
    ',': 'comma',
    '.': 'period',
    '/': 'sol',
    ':': 'colon',
    ';': 'semi',
    '<': 'lt LT',
    '=': 'equals',
    '>': 'gt GT',
    '?': 'quest',
    '@': 'commat',
    '[': 'lsqb lbrack',
    '\\': 'bsol',
    ']': 'rsqb rbrack',
    '^': 'Hat',
    _: 'lowbar UnderBar',
    '`': 'grave DiacriticalGrave',
    '{': 'lcub lbrace',
    '|': 'verbar vert VerticalLine',
    '}': 'rcub rbrace',
    '\u00a0': 'nbsp NonBreakingSpace',
  }).flatMap(([char, names]) => names.split(' ').map((name) => [name, char] as const)),
);

/** Those that do without the semicolon. */
const LENIENT = /&(?:#[xX]([0-9a-fA-F]+);?|#([0-9]+);?|([A-Za-z]+);|(quot|QUOT|amp|AMP|lt|LT|gt|GT|nbsp))/g;

function fromCode(code: number): string {
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return '\ufffd';
  return String.fromCodePoint(code);
}

/** Resolves character references. */
export function unescapeHtml(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(LENIENT, (all, hex?: string, decimal?: string, name?: string, bare?: string) => {
    if (hex !== undefined) return fromCode(Number.parseInt(hex, 16));
    if (decimal !== undefined) return fromCode(Number.parseInt(decimal, 10));
    return NAMED.get(name ?? bare!) ?? all;
  });
}
