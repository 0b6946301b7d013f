// What YAML is, where the library's YAML 1.2 and Alertmanager's YAML 1.1 might disagree: the syntax first, then what plain
// words, tags, anchors and merges mean.

import { type ConfigCase, withEntry } from './config-frames.ts';

const RECEIVERS = 'receivers:\n- name: r\n';

/** Texts of the whole file. */
const FILES: readonly (readonly [string, string])[] = [
  ['brackets closed below their key', `route:\n  receiver: r\n  group_by: [\n    a,\n    b\n  ]\n${RECEIVERS}`],
  ['brackets closed at the margin', `route:\n  receiver: r\n  group_by: [\n    a,\n    b\n]\n${RECEIVERS}`],
  ['items in brackets at the margin', `route:\n  receiver: r\n  group_by: [\na,\nb\n]\n${RECEIVERS}`],
  ['items in brackets less indented', `route:\n  receiver: r\n  group_by: ['a',\n 'b',\n 'c']\n${RECEIVERS}`],
  ['a quoted text that goes on at the margin', `route:\n  receiver: "r\n\n"\n${RECEIVERS.replace('r\n', '"r\\n"\n')}`],
  ['a quoted text that goes on less indented', `route:\n  receiver: 'r\n s'\nreceivers:\n- name: r s\n`],
  [
    'a quoted text that goes on at the margin, with a colon',
    `route:\n  receiver: "r\nx: s"\nreceivers:\n- name: "r x: s"\n`,
  ],
  ['braces over lines', `route: {\nreceiver: r,\ngroup_by: [a,\n b]\n}\n${RECEIVERS}`],
  ['braces over lines, with comments', `route: { # one\n# two\nreceiver: r # three\n}\n${RECEIVERS}`],
  ['JSON', '{"route": {"receiver": "r"}, "receivers": [{"name": "r"}]}'],
  ['JSON with tabs', '{\n\t"route": {\n\t\t"receiver": "r"\n\t},\n\t"receivers": [{"name": "r"}]\n}\n'],
  ['JSON without blanks', '{"route":{"receiver":"r"},"receivers":[{"name":"r"}]}'],
  ['a comma at the end of brackets', `route: {receiver: r, group_by: [a, b,],}\n${RECEIVERS}`],
  ['two commas', `route: {receiver: r, group_by: [a,, b]}\n${RECEIVERS}`],
  ['a comma missing', `route: {receiver: r, group_by: [a "b"]}\n${RECEIVERS}`],
  ['a bracket missing', `route: {receiver: r, group_by: [a, b}\n${RECEIVERS}`],
  ['a brace missing', `route: {receiver: r\n${RECEIVERS}`],
  ['a quote missing', `route:\n  receiver: "r\n${RECEIVERS}`],
  ['a tab as indentation', `route:\n\treceiver: r\n${RECEIVERS}`],
  ['a tab after blanks', `route:\n  receiver: r\n  \tgroup_wait: 5s\n${RECEIVERS}`],
  ['a tab after a colon', `route:\n  receiver:\tr\n${RECEIVERS}`],
  ['a tab before a comment', `route:\n  receiver: r\t# x\n${RECEIVERS}`],
  ['a tab after a dash', 'route:\n  receiver: r\nreceivers:\n-\tname: r\n'],
  ['blanks at the ends of lines', `route:   \n  receiver: r   \n   \n${RECEIVERS}`],
  ['carriage returns', `route:\n  receiver: r\n${RECEIVERS}`.replaceAll('\n', '\r\n')],
  ['carriage returns alone', `route:\n  receiver: r\n${RECEIVERS}`.replaceAll('\n', '\r')],
  ['a byte order mark', `\ufeffroute:\n  receiver: r\n${RECEIVERS}`],
  ['a byte order mark in the middle', `route:\n  receiver: r\n\ufeff${RECEIVERS}`],
  ['a null character', `route:\n  receiver: "r\0"\n${RECEIVERS}`],
  ['a control character', `route:\n  receiver: r # \x07\n${RECEIVERS}`],
  ['a delete character', `route:\n  receiver: r # \x7f\n${RECEIVERS}`],
  ['no newline at the end', `route:\n  receiver: r\n${RECEIVERS}`.trimEnd()],
  ['a document start', `---\nroute:\n  receiver: r\n${RECEIVERS}`],
  ['a document end', `route:\n  receiver: r\n${RECEIVERS}...\n`],
  ['a second document', `route:\n  receiver: r\n${RECEIVERS}---\nfoo: [\n`],
  ['a second document only', '---\n---\nroute: {receiver: r}\nreceivers: [{name: r}]\n'],
  ['text after the document end', `route:\n  receiver: r\n${RECEIVERS}...\nfoo\n`],
  ['a directive', `%YAML 1.1\n---\nroute:\n  receiver: r\n${RECEIVERS}`],
  ['comments only', '# nothing\n'],
  ['a comment right after a quote', `route:\n  receiver: "r"#x\n${RECEIVERS}`],
  ['a comment right after a bracket', `route: {receiver: r, group_by: [a]#x\n}\n${RECEIVERS}`],
  ['a hash inside a word', `route:\n  receiver: r#x\nreceivers:\n- name: r#x\n`],
  ['two keys on a line', `route: receiver: r\n${RECEIVERS}`],
  ['a key without a colon', `route:\n  receiver r\n${RECEIVERS}`],
  ['a key without a blank after its colon', `route:\n  receiver:r\n${RECEIVERS}`],
  ['a blank before the colon', `route :\n  receiver : r\n${RECEIVERS}`],
  ['a quoted key', `"route":\n  'receiver': r\n${RECEIVERS}`],
  ['a key with a question mark', `? route\n: receiver: r\n${RECEIVERS}`],
  ['a list as key', `[a]: b\nroute:\n  receiver: r\n${RECEIVERS}`],
  ['a key indented too far', `route:\n  receiver: r\n   group_wait: 5s\n${RECEIVERS}`],
  ['a key indented too little', `route:\n   receiver: r\n  group_wait: 5s\n${RECEIVERS}`],
  ['a list below its key', 'route:\n  receiver: r\nreceivers:\n- name: r\n- name: s\n'],
  ['a list beside its key', 'route:\n  receiver: r\nreceivers: - name: r\n'],
  ['a list indented unevenly', 'route:\n  receiver: r\nreceivers:\n  - name: r\n - name: s\n'],
  ['a dash without a blank', 'route:\n  receiver: r\nreceivers:\n-name: r\n'],
  ['a text over lines', 'route:\n  receiver: r\n    s\n   t\nreceivers:\n- name: r s t\n'],
  ['a text block', 'route:\n  receiver: |-\n    r\nreceivers:\n- name: r\n'],
  ['a text block that keeps its newline', 'route:\n  receiver: |\n    r\nreceivers:\n- name: "r\\n"\n'],
  ['a folded block', 'route:\n  receiver: >-\n    r\n    s\nreceivers:\n- name: r s\n'],
  ['a text block with its indentation', 'route:\n  receiver: |1-\n   r\nreceivers:\n- name: "  r"\n'],
  ['a text block at the margin', 'route:\n  receiver: |-\nr\nreceivers:\n- name: r\n'],
  ['the sign of a text block below its key', 'route:\n  receiver:\n  |-\n    r\nreceivers:\n- name: r\n'],
  ['the sign of a folded block below its dash', `route:\n  receiver: r\ntemplates:\n-\n>-\n x\n${RECEIVERS}`],
  ['the sign of a text block left of its key', `route:\n  receiver:\n |-\n   r\n${RECEIVERS}`],
  ['a dash alone in brackets', `route:\n  receiver: r\n  group_by: [-, a]\n${RECEIVERS}`],
  ['a dash alone in braces', 'route: {receiver: -}\nreceivers: [{name: -}]\n'],
  ['a dash and a blank in brackets', `route:\n  receiver: r\n  group_by: [ - ]\n${RECEIVERS}`],
  ['a key after braces', '{route: {receiver: r}, receivers: [{name: r}]}\nx: y\n'],
  ['a word after braces', '{route: {receiver: r}, receivers: [{name: r}]} x\n'],
  ['a brace after braces', '{route: {receiver: r}, receivers: [{name: r}]}}\n'],
  ['an open bracket after braces', '{route: {receiver: r}, receivers: [{name: r}]}\n[x\n'],
  ['what is no word after braces', '{route: {receiver: r}, receivers: [{name: r}]}\n@\n'],
  ['a tab after braces', '{route: {receiver: r}, receivers: [{name: r}]}\n\tx\n'],
  ['a colon after braces', '{route: {receiver: r}, receivers: [{name: r}]}: x\n'],
  [
    'quotes after a carriage return in brackets',
    "route:\r\n  receiver: r\r\n  group_by: ['a',\r\n'b']\r\nreceivers:\r\n- name: r\r\n",
  ],
  ['a text block with a comment', 'route:\n  receiver: |- # x\n    r\nreceivers:\n- name: r\n'],
  ['a text block with text beside it', 'route:\n  receiver: |- r\nreceivers:\n- name: r\n'],
  ['a value that starts with @', `route:\n  receiver: @r\n${RECEIVERS}`],
  ['a value that starts with `', `route:\n  receiver: \`r\n${RECEIVERS}`],
  ['a value that starts with %', `route:\n  receiver: %r\n${RECEIVERS}`],
  ['a value that starts with a comma', `route:\n  receiver: ,r\n${RECEIVERS}`],
  ['a value that starts with {{', `route:\n  receiver: {{ r }}\n${RECEIVERS}`],
  ['a value that starts with *', `route:\n  receiver: *r\n${RECEIVERS}`],
  ['a value that starts with a question mark', `route:\n  receiver: ?r\nreceivers:\n- name: ?r\n`],
  ['a value that starts with a dash', `route:\n  receiver: -r\nreceivers:\n- name: -r\n`],
  ['a value that starts with a colon', `route:\n  receiver: :r\nreceivers:\n- name: :r\n`],
  ['a known escape', 'route:\n  receiver: "\\x72"\nreceivers:\n- name: r\n'],
  ['an unknown escape', 'route:\n  receiver: "\\d"\nreceivers:\n- name: r\n'],
  ['a doubled quote', "route:\n  receiver: 'it''s'\nreceivers:\n- name: it's\n"],
  ['a text block without a line break', 'route:\n  receiver: r\nreceivers:\n- name: |\n    r'],
  ['a folded block without a line break', 'route:\n  receiver: r s\nreceivers:\n- name: >+\n    r\n    s'],
  ['a text block before blanks', 'route:\n  receiver: "r\\n"\nreceivers:\n- name: |\n    r\n  '],
  ['a text block before more blanks', 'route:\n  receiver: "r\\n "\nreceivers:\n- name: |\n    r\n     '],
  ['a doubled quote at the end', "route:\n  receiver: 'r''\n  group_by: ['a']\nreceivers:\n- name: \"r'\"\n"],
  ['an escaped quote at the end', 'route:\n  receiver: "r\\"\n  group_by: ["a"]\nreceivers:\n- name: \'r"\'\n'],
  ['a doubled quote and a line at the margin', "route:\n  receiver: 'r''\ns'\nreceivers:\n- name: r' s\n"],
  ['a doubled quote alone', "route:\n  receiver: ''''\nreceivers:\n- name: \"'\"\n"],
  ['an escaped backslash at the end', 'route:\n  receiver: "r\\\\"\nreceivers:\n- name: r\\\n'],
  ['a byte order mark in a value', 'route:\n  receiver: r\ufeff\nreceivers:\n- name: "r\ufeff"\n'],
  ['a byte order mark in a comment', `route:\n  receiver: r # \ufeff\n${RECEIVERS}`],
  ['a byte order mark between blanks and a key', `route:\n  \ufeffreceiver: r\n${RECEIVERS}`],
  ['text after a quote', 'route:\n  receiver: "r" s\nreceivers:\n- name: r\n'],
  [
    'a word in quotes inside a matcher',
    `route:\n  receiver: r\n  routes:\n  - matchers: [severity="critical", team=~"a|b"]\n${RECEIVERS}`,
  ],
  ['a matcher with braces in brackets', `route:\n  receiver: r\n  routes:\n  - matchers: [{a="b"}]\n${RECEIVERS}`],
  ['an anchor', `route: &x\n  receiver: r\n${RECEIVERS}`],
  ['an alias', 'route:\n  receiver: &r name\nreceivers:\n- name: *r\n'],
  ['an alias before its anchor', 'route:\n  receiver: *r\nreceivers:\n- name: &r r\n'],
  ['an alias to itself', `route: &x\n  receiver: r\n  routes: [*x]\n${RECEIVERS}`],
  [
    'a merge',
    `route:\n  receiver: r\n  routes:\n  - &x {group_wait: 5s}\n  - {<<: *x, group_interval: 6s}\n${RECEIVERS}`,
  ],
  [
    'a merge that is overridden',
    `route:\n  receiver: r\n  routes:\n  - &x {group_wait: 5s}\n  - {<<: *x, group_wait: 6s}\n${RECEIVERS}`,
  ],
  [
    'a merge that overrides',
    `route:\n  receiver: r\n  routes:\n  - &x {group_wait: 5s}\n  - {group_wait: 6s, <<: *x}\n${RECEIVERS}`,
  ],
  [
    'a merge of several',
    `route:\n  receiver: r\n  routes:\n  - &x {group_wait: 5s}\n  - &y {group_wait: 6s}\n  - {<<: [*x, *y]}\n${RECEIVERS}`,
  ],
  ['a merge of a word', `route:\n  receiver: r\n  <<: x\n${RECEIVERS}`],
  ['a merge of an alias of a list', `route:\n  receiver: r\n  routes: &x\n  - receiver: r\n  - <<: *x\n${RECEIVERS}`],
  ['a merge of an alias to itself', `route: &x\n  receiver: r\n  routes:\n  - <<: *x\n${RECEIVERS}`],
  ['a merge of a list of words', `route:\n  receiver: r\n  <<: [x]\n${RECEIVERS}`],
  ['a quoted merge', `route:\n  receiver: r\n  "<<": {group_wait: 5s}\n${RECEIVERS}`],
  [
    'a merge in a map',
    `route:\n  receiver: r\n  routes:\n  - match: &x {a: b}\n  - match: {<<: *x, c: d}\n${RECEIVERS}`,
  ],
  [
    'a merge in a map that is overridden',
    `route:\n  receiver: r\n  routes:\n  - match: &x {a: b}\n  - match: {<<: *x, a: d}\n${RECEIVERS}`,
  ],
  [
    'two merges',
    `route:\n  receiver: r\n  routes:\n  - &x {group_wait: 5s}\n  - &y {group_wait: 6s}\n  - <<: *x\n    <<: *y\n${RECEIVERS}`,
  ],
  ['a tag for text', 'route:\n  receiver: !!str 5\nreceivers:\n- name: "5"\n'],
  ['a tag of our own', 'route:\n  receiver: !mine r\nreceivers:\n- name: r\n'],
  ['a tag that does not fit', 'route:\n  receiver: !!int r\nreceivers:\n- name: r\n'],
  ['a tag for a map', `route: !!map\n  receiver: r\n${RECEIVERS}`],
  ['a binary tag', 'route:\n  receiver: !!binary cg==\nreceivers:\n- name: r\n'],
  ['a broken binary tag', 'route:\n  receiver: !!binary "*"\nreceivers:\n- name: r\n'],
  ['an unknown tag handle', 'route:\n  receiver: !a!b r\nreceivers:\n- name: r\n'],
  ['names that look like other things', 'route:\n  receiver: yes\nreceivers:\n- name: "yes"\n'],
  ['a number as a name', 'route:\n  receiver: 0x10\nreceivers:\n- name: "0x10"\n'],
  ['null as a name', 'route:\n  receiver: Null\nreceivers:\n- name: "Null"\n'],
  ['a key twice at the top', `route:\n  receiver: r\nroute:\n  receiver: r\n${RECEIVERS}`],
  ['a top-level list', '- route: {receiver: r}\n- receivers: [{name: r}]\n'],
];

/** `payload` of a webhook takes any YAML, so that values can be tried in it. */
const PAYLOADS: readonly string[] = [
  '[1, -1, +1, 0x1F, 0o17, 017, 0b11, 1_000, 08, 1.5, .5, 5., 1e3, 1.5e-7, 0.1, 123456789.5, 12345678]',
  '[~, null, Null, "", "null", yes, No, on, OFF, y, n, true, "true", .inf, -.INF, .nan]',
  '[2020-01-01, 2020-1-1, 2020-01-01T10:00:00Z, 2020-13-01, 12:30, 1:30:00, 190:20, "12:30"]',
  '{1: a, true: b, c: d, a10: 1, a2: 2, A: 3, _x: 4, "x-y": 5}',
  '["# a", "a #b", "a: b", "a:b", "- a", "-a", "?a", "? a", "!a", "&a", "*a", "%a", "@a", "`a", "{a", "[a", "]a", "|", ">"]',
  '[" a", "a ", "a\\tb", "a\\nb", "\\na", "a\\n", "a\\n\\n", "a \\nb", "a\\n b", "\\n", " ", "\\r", "é", "🔥", "\\u2028", "\\u00a0", "\\x07"]',
  '["\'", "\\"", "it\'s", "\\\\", "a\\\\b: c", "---", "--- a", "...", "=", "<<", "~a", "a,b", "a]", "{{ .X }}", "<secret>"]',
  '{a: {b: {c: [[1, [2, {d: e}]], {f: [], g: {}}]}}}',
  '"a long text of many words that goes on and on until it has to be broken into lines, twice if possible, because it is so long"',
  '"  a long text that begins with blanks and goes on until it has to be broken into lines, twice if possible,  because it is so long"',
  '"a long text: with a colon that goes on and on until it has to be broken into lines, twice if possible, because it is so long"',
  `{${'k'.repeat(130)}: v, ${'l'.repeat(128)}: v}`,
  '[9007199254740991, 99999999999999999999]',
];

const BEYOND_JSON: readonly string[] = ['{"0": zero, ~: null}', '[9007199254740993, 18446744073709551615]'];

/** What YAML 1.2 allows and the parser behind Alertmanager does not. */
const LENIENT: readonly (readonly [string, string])[] = [
  ['a tab alone on a line', `route:\n  receiver: r\n\t\n${RECEIVERS}`],
  ['an escaped slash', 'route:\n  receiver: "a\\/b"\nreceivers:\n- name: a/b\n'],
  ['a tag for null', `global: !!null x\nroute:\n  receiver: r\n${RECEIVERS}`],
  ['a question mark in brackets', `route:\n  receiver: r\n  group_by: [a?b]\n${RECEIVERS}`],
];

/** What a mapping that is merged and the one that merges it say of the same key. */
function* mergeCases(): Generator<ConfigCase> {
  const routes = (one: string, other: string) =>
    `route:\n  receiver: r\n  routes:\n  - &x {${one}}\n  - {<<: *x, ${other}}\n${RECEIVERS}`;
  const entries = (type: string, needed: string, one: string, other: string) =>
    `route: {receiver: r}\nreceivers:\n- name: r\n  ${type}_configs:\n  - &x {${needed}, ${one}}\n  - {<<: *x, ${other}}\n`;
  const http = (one: string, other: string) =>
    entries('webhook', 'url: "http://a"', `http_config: &h {${one}}`, `http_config: {<<: *h, ${other}}`);
  const mail = 'to: a, from: b, smarthost: "h:25"';
  const header = (name: string) => `http_headers: {${name}: {values: [b]}}`;
  const texts = [
    routes('match: {a: b}', 'match: {c: d}'),
    routes('match: {a: b}', 'match: {a: d}'),
    routes('match: {a: b}', 'match: ~'),
    routes('match_re: {a: b}', 'match_re: {c: d}'),
    routes('match_re: {a: b}', 'match_re: {a: d}'),
    routes('matchers: [a=b]', 'matchers: [c=d]'),
    routes('matchers: [a=b]', 'matchers: ~'),
    routes('group_by: [a]', 'group_by: [c]'),
    entries('email', mail, 'headers: {A: b}', 'headers: {C: d}'),
    entries('email', mail, 'headers: {A: b}', 'headers: {A: d}'),
    entries('pagerduty', 'routing_key: k', 'details: {a: b}', 'details: {firing: d}'),
    entries('pagerduty', 'routing_key: k', 'details: {a: b}', 'details: {a: d}'),
    entries('webhook', 'url: "http://a"', 'payload: {a: b}', 'payload: {c: d}'),
    entries('webhook', 'url: "http://a"', 'http_config: {basic_auth: {username: a}}', 'http_config: {bearer_token: b}'),
    http(header('A'), header('A')),
    http(header('A'), header('B')),
    http('basic_auth: {username: a}', 'basic_auth: {password: b}'),
    http('tls_config: {ca: a}', 'tls_config: {server_name: b}'),
    http('tls_config: {ca: a}', 'tls_config: {ca_file: b}'),
    http('proxy_url: "http://p", proxy_connect_header: {A: [b]}', 'proxy_connect_header: {A: [c]}'),
    `route:\n  receiver: r\n  routes:\n  - &x {match: {a: b}}\n  - &y {match: {c: d}}\n  - {<<: [*x, *y], match: {e: f}}\n${RECEIVERS}`,
    `route:\n  receiver: r\n  routes:\n  - &x {match: {a: b}}\n  - &y {match: {a: d}}\n  - {<<: [*x, *y]}\n${RECEIVERS}`,
    `route:\n  receiver: r\n  routes:\n  - &x {match: {a: b}}\n  - {match: {a: c}, <<: *x}\n${RECEIVERS}`,
    'route: {receiver: r}\nreceivers:\n- &x {name: r, labels: {a: b}}\n- {<<: *x, name: s, labels: {c: d}}\n',
    'route: {receiver: r}\nreceivers:\n- &x {name: r, labels: {a: b}}\n- {<<: *x, name: s, labels: {a: d}}\n',
  ];
  for (const text of texts) yield { name: `merge | ${text.replaceAll('\n', ' | ')}`, text };
}

export function* yamlCases(): Generator<ConfigCase> {
  for (const [name, text] of FILES) yield { name: `yaml | ${name}`, text };
  yield* mergeCases();
  for (const [name, text] of LENIENT) {
    yield { name: `yaml | ${name}`, text, ours: { verdict: 'accepted', because: 'YAML 1.2 allows it' } };
  }
  for (const payload of PAYLOADS)
    yield { name: `payload | ${payload}`, text: withEntry('webhook', `payload: ${payload}`) };
  for (const payload of BEYOND_JSON) {
    const printsDifferently = 'a payload becomes JSON, whose names are texts, and whose numbers are not this large';
    yield { name: `payload | ${payload}`, text: withEntry('webhook', `payload: ${payload}`), printsDifferently };
  }
}
