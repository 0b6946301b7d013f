// Command lines that are wrong, that only look so, or that lean on a configuration file, for ctl.test.ts.

import type { Case } from './ctl-cases.ts';

const lines = (text: string): Case[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((run) => ({ run }));

export const ERRORS: readonly Case[] = [
  ...lines(`
  nope
  alert nope=x nope
  --nope
  -x
  alert --nope
  alert query --nope
  alert query -x
  alert query -ax
  alert query -a=x
  alert query --silenced=true
  alert --inhibited=true
  alert query --no-receiver
  alert query --no-receiver=x
  alert --no-output
  --no-alertmanager.url alert
  --no-nope alert
  alert query --receiver
  alert query -r
  alert --timeout
  alert --timeout --output json
  alert query --timeout --output json
  alert -o
  -o alert
  -o xml alert
  -o=json alert
  --output= alert
  --timeout=1x alert
  --timeout= alert
  --timeout=5 alert
  --timeout=1.5.5s alert
  --timeout=x1s alert
  --timeout=-1s alert
  --timeout=1ns alert
  --output json --output json alert
  -v -v alert
  alert query -a -a
  alert query --active --no-active
  alert query --receiver=a --receiver=b
  --alertmanager.url=$URL/ alert
  --alertmanager.url=http://127.0.0.1:1 alert
  --alertmanager.url=http://127.0.0.1:1 alert query -o json --silenced foo
  --alertmanager.url=http://127.0.0.1:1/prefix/ silence query instance=a
  --alertmanager.url=http://127.0.0.1:1 silence add x -c x
  --alertmanager.url=http://127.0.0.1:1 silence expire x
  --alertmanager.url=http://127.0.0.1:1 alert add x
  --alertmanager.url=http://127.0.0.1:1 config
  --alertmanager.url=http://127.0.0.1:1 config routes
  --alertmanager.url=http://127.0.0.1:1 cluster
  --alertmanager.url=http://[::1]:1 alert
  --alertmanager.url=http://127.0.0.1:1 alert query 'a=~"(x|y)*~!"' --receiver=a\b&c+d
  --alertmanager.url=//127.0.0.1:1/x alert
  --alertmanager.url=https://127.0.0.1:1 alert
  --http.config.file=/no/such/file alert
  --http.config.file=$DIR alert
  --http.config.file=$DIR/http.yml --alertmanager.url=http://a:b@127.0.0.1:1 alert
  --enable-feature=x alert
  --enable-feature=classic-mode,x alert
  --enable-feature=classic-mode,utf8-strict-mode alert
  --enable-feature=classic-mode alert query 'größe=1'
  --enable-feature=classic-mode alert query 'foo=bar'
  --enable-feature=utf8-strict-mode alert query '{instance="a"}'
  --enable-feature= alert
  --enable-feature=event-recorder alert
  alert add
  alert add x y
  alert add x y=~z
  alert add x 'y!=z'
  alert add x --annotation=y
  alert add x '--annotation=y!=z'
  alert add x --start=yesterday
  alert add x --end=2020-01-01
  alert add x --start=2020-01-01T00:00:00
  alert add x --start=2020-13-01T00:00:00Z
  alert add x --start
  alert add novalue=
  alert add x --start=2030-01-02T00:00:00Z --end=2030-01-01T00:00:00Z
  alert add x --nope
  alert add '' 
  alert add x @/no/such/file
  alert add x @$DIR
  @$DIR
  alert add x @
  silence nope
  silence add
  silence add x
  silence add --comment=x
  silence add -c x
  silence add x y -c x
  silence add x -c x -d 0s
  silence add x -c x -d 0
  silence add x -c x -d
  silence add x -c x -d 1x
  silence add x -c x -d ''
  silence add x -c x -d 1h30
  silence add x -c x -d -1h
  silence add x -c x -d 1.5h
  silence add x -c x --start=now
  silence add x -c x --end=never
  silence add x -c x --start=2030-01-02T00:00:00Z --end=2030-01-01T00:00:00Z
  silence add x -c x --end=2020-01-01T00:00:00Z
  silence add x -c x --annotation=a
  silence add x -c x '--annotation=a=~b'
  silence add 'a=~".*"' -c x
  silence add x -c
  silence add x --require-comment
  silence add x -a me -a you -c x
  silence expire
  silence expire 00000000-0000-4000-8000-000000000000
  silence expire -x
  silence update
  silence update -d 2h
  silence update 00000000-0000-4000-8000-000000000000
  silence update -d 2h 00000000-0000-4000-8000-000000000000
  silence update -d 0s $ID
  silence update -d 1x $ID
  silence update --start=x $ID
  silence update --end=x $ID
  silence update --start=2040-01-01T00:00:00Z --end=2030-01-01T00:00:00Z $ID
  silence import /no/such/file
  silence import $DIR
  silence import $DIR/empty.json
  silence import $DIR/good.yml $DIR/good.yml
  silence import -w x $DIR/empty.json
  silence import --worker= $DIR/empty.json
  silence import --worker=1_0 $DIR/empty.json
  silence import --worker=1__0 $DIR/empty.json
  silence import --worker=_10 $DIR/empty.json
  silence query --within=x
  silence query --within
  cluster nope
  cluster show extra
  config nope
  config show extra
  config routes nope
  config routes show extra
  config routes test --tree=x
  template nope
  template render extra
  check-config --nope
  check-config --tree
  help nope
  help alert nope
  help --nope
  `),
  // What a proxy or another server says is shown.
  { run: '--alertmanager.url=$URL/nowhere alert', mask: [/(?<=\(status 404\): ).*/] },
  { run: '--alertmanager.url=$URL/nowhere/ silence', mask: [/(?<=\(status 404\): ).*/] },
  // The server's own words for what it does not let pass differ.
  { run: 'silence expire not-an-id', mask: [/\(status 422\): .*/] },
  { run: 'silence update -d 2h not-an-id', mask: [/\(status 422\): .*/] },
  { run: 'silence import $DIR/nonsense.json', mask: [/is it JSON\?[\s\S]*/] },
  { run: 'silence import $DIR/no-objects.json', mask: [/is it JSON\?[\s\S]*/] },
  { run: 'silence import $DIR/no-matchers.json', mask: [/\(status 422\): .*/] },
  // What is wrong with it is said, in place of "required flag --alertmanager.url not provided".
  { run: '--alertmanager.url=:x alert', compare: 'out' },
  { run: '--alertmanager.url=localhost:9093 alert', mask: [/(?<=unsupported protocol scheme "localhost").*/] },
  { run: '--http.config.file=$DIR/http-bad.yml alert', mask: [/(?<=failed to load HTTP config file: )[\s\S]*/] },
  { run: '--alertmanager.url=http://no-such-host.invalid alert', mask: [/(?<=lookup no-such-host.invalid).*:/] },
  // The help is in our own words.
  ...[
    '',
    '--help',
    '-h',
    'alert --help',
    'alert --help foo',
    'alert query -h',
    'help',
    'help alert',
    'help alert add',
  ].map((run): Case => ({ run, compare: 'code' })),
  ...[
    'help silence add',
    'silence add --help',
    '--help-long',
    'config routes test --help',
    '--version',
    'alert --version',
  ].map((run): Case => ({ run, compare: 'code' })),
];

const at = (home: string, text: string): Case[] => lines(text).map((one) => ({ ...one, home }));

/** The configuration files are in ctl-world.ts. */
export const CONFIGURED: readonly Case[] = [
  ...at(
    'extended',
    `alert
     alert -o simple
     silence
     silence query -o json
     cluster
     config routes`,
  ),
  ...at(
    'author',
    `silence add x
     silence query
     silence add x -c
     alert add`,
  ),
  ...at(
    'filters',
    `alert
     alert query
     alert query --no-silenced
     alert query -r team
     silence
     silence query --created-by=you
     silence query --within=1000d`,
  ),
  ...at('bad-output', 'alert\nalert -o json\nconfig routes --config.file=$DIR/good.yml'),
  ...at('bad-timeout', 'alert\nalert --timeout=5s'),
  ...at('bad-bool', 'alert\nalert query --silenced\nsilence'),
  ...at('unknown', 'alert\ncluster'),
  ...at('empty', 'alert\nsilence'),
  ...at('null', 'alert\nalert add'),
  ...at('globs', `template render --template.text='{{ template "one" . }}'\ntemplate render`),
  ...at('anchors', 'cluster\nconfig routes test owner=db'),
  ...at('twice', 'alert\nalert -o json'),
  ...at('legacy-both', 'silence add ""'),
  ...['list', 'not-yaml', 'nested'].map(
    (home): Case => ({ run: 'alert', home, mask: [/could not load config file: [\s\S]*/] }),
  ),
];
