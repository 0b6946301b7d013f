// Random HTML templates, made of pieces that change the context: the same for the same seed.

const PIECES = [
  ...['<a href="', '<a href=', "<a title='", '<a title=', '">', '>', ' ', "'", '"', '<script>', '</script>', '<style>'],
  ...[
    '</style>',
    '<!--',
    '-->',
    '<div ',
    'onclick="',
    "style='",
    'src=',
    'srcset="',
    'data-x="',
    '/',
    '//',
    '/*',
    '*/',
  ],
  ...['\n', '{', '}', '`', '${', '\\', 'x=', ' + ', 'return ', '(', ')', '[', ']', 'url(', "url('", ';', ':', '?', '#'],
  ...['&quot;', '&amp;', '&#39;', '<', '<b>', '</b>', '<textarea>', '</textarea>', '<title>', '</title>', 'url=', 'a'],
  ...['<meta content="', '<script type="text/template">', '<script type="module">', '<!DOCTYPE html>', 'javascript:'],
  ...['1', '.', ',', '=', '<svg:a xlink:href="', '</', '<p', '--', '<!', '%', 'é'],
];

const VALUES = [
  ...[
    '.Status',
    '.ExternalURL',
    '"a b"',
    '"<b>&\'\\""',
    '"javascript:x"',
    'safeHtml "<i>x</i>&amp;"',
    '1',
    '1.5',
    'true',
  ],
  ...['safeUrl "javascript:y"', '.CommonLabels', 'list 1 "a<"', '""', '"</script>"', '"a.png 1x, b.png 2x"', '"red"'],
  ...['"expression(x)"', '"{}$`"', 'dict "a" 1', '"a" | html', '"a b" | urlquery', '"\\u2028\\n\\t\\\\/"', '"é😀"'],
  ...['"1;2"', '"on"', '"title"', '(dict).x', '"+"', '"http://x/?a=b&c=d e"'],
];

/** Documents with places for values, marked `@`. */
const FORMS = [
  ...['<a href="@">', '<a href=@ title=@>', '<a onclick=\'f(@,"@")\'>', '<style>a{color:@;b:url(@);c:"@"}</style>'],
  ...[`<script>var x = @; y = "@"; z = '@'; w = \`@\${@}\`; r = /@/;</script>`, '<img src="@?q=@#@" srcset="@">'],
  ...['<p style="color:@">@</p>', '<!-- @ -->@', '<textarea>@</textarea><title>@</title>', '<a @="x" data-@="@">'],
  ...[
    '<input value=@ @>',
    '<script type="@">@</script>',
    '<meta content="1;url=@">',
    '<svg onload="@">',
    "<a href='/x/@'>@",
  ],
];

/** So many documents, some of which are refused. */
export function randomDocuments(count: number, seed: number): string[] {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const pick = (from: readonly string[]): string => from[below(from.length)]!;

  const statement = (depth: number): string => {
    const inner = (): string => (depth < 2 ? body(depth + 1) : 'x');
    switch (below(10)) {
      case 0:
        return `{{if ${pick(['.Status', '""'])}}}${inner()}${below(2) === 0 ? '' : `{{else}}${inner()}`}{{end}}`;
      case 1:
        return `{{range ${pick(['2', 'list 1 2', '0'])}}}${inner()}${pick(['', '', '{{break}}', '{{continue}}'])}{{end}}`;
      case 2:
        return `{{with ${pick(VALUES)}}}${inner()}{{.}}{{end}}`;
      case 3:
        return '{{template "t" .}}';
      case 4:
        return `{{$x := ${pick(VALUES)}}}{{$x}}`;
      default:
        return `{{${pick(VALUES)}}}`;
    }
  };
  const body = (depth: number): string => {
    let out = '';
    for (let i = 1 + below(depth > 0 ? 3 : 7); i > 0; i--) out += below(3) < 2 ? pick(PIECES) : statement(depth);
    return out;
  };
  const filled = (form: string): string => {
    const value = (): string => (below(5) === 0 ? body(1) : `{{${pick(VALUES)}}}`);
    return form.split('@').reduce((left, right) => left + value() + right);
  };
  return Array.from({ length: count }, () => {
    // Without a template that calls itself: that ends at different depths.
    const definition = `{{define "t"}}${pick(PIECES)}{{${pick(VALUES)}}}${pick(PIECES)}{{end}}`;
    return definition + (below(2) === 0 ? body(0) : filled(pick(FORMS)));
  });
}
