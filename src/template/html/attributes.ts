// What kind of content an HTML attribute has, by its name: text, an address, a script, a style.

type AttributeKind = 'plain' | 'url' | 'srcset' | 'css' | 'js' | 'html' | 'unsafe';

function kinds(kind: AttributeKind, names: string): [string, AttributeKind][] {
  return names.split(' ').map((name) => [name, kind]);
}

const KINDS: ReadonlyMap<string, AttributeKind> = new Map([
  ...kinds(
    'url',
    'action archive background cite classid codebase data formaction href icon longdesc manifest poster profile src usemap xmlns',
  ),
  ...kinds(
    'unsafe',
    'accept-charset async challenge charset content crossorigin defer enctype form formenctype formmethod formnovalidate http-equiv keytype language method novalidate pattern rel sandbox type value',
  ),
  ...kinds('srcset', 'srcset'),
  ...kinds('css', 'style'),
  ...kinds('html', 'srcdoc'),
  // Looks like an address by the rules below, but is none.
  ...kinds('plain', 'srclang'),
]);

/** The name in lower case. */
export function attributeKind(attribute: string): AttributeKind {
  let name = attribute;
  const colon = name.indexOf(':');
  if (name.startsWith('data-')) name = name.slice(5);
  else if (colon >= 0) {
    if (name.slice(0, colon) === 'xmlns') return 'url';
    name = name.slice(colon + 1);
  }
  const known = KINDS.get(name);
  if (known !== undefined) return known;
  if (name.startsWith('on')) return 'js';
  return /src|uri|url/.test(name) ? 'url' : 'plain';
}

const SCRIPT_TYPES: ReadonlySet<string> = new Set([
  '',
  'application/ecmascript',
  'application/javascript',
  'application/json',
  'application/ld+json',
  'application/x-ecmascript',
  'application/x-javascript',
  'module',
  'text/ecmascript',
  'text/javascript',
  'text/javascript1.0',
  'text/javascript1.1',
  'text/javascript1.2',
  'text/javascript1.3',
  'text/javascript1.4',
  'text/javascript1.5',
  'text/jscript',
  'text/livescript',
  'text/x-ecmascript',
  'text/x-javascript',
]);

/** Whether a script element of that type holds a script, and not a template, a shader or whatever. */
export function isScriptType(type: string): boolean {
  return SCRIPT_TYPES.has(type.split(';')[0]!.toLowerCase().trim());
}
