// Command lines that change nothing, for ctl.test.ts. `$URL` is the server, `$DIR` a folder with the files of
// ctl-world.ts; words are split at blanks, and single quotes hold them together.

export interface Case {
  readonly run: string;
  /** The home directory, below `$DIR`, whose configuration file counts. */
  readonly home?: string;
  /** What the two write differently on purpose: masked in both. */
  readonly mask?: readonly RegExp[];
  /** What of it is compared beside the exit code; by default both. */
  readonly compare?: 'out' | 'err' | 'code';
}

const lines = (text: string): Case[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((run) => ({ run }));

export const ALERTS: readonly Case[] = lines(`
  alert
  alert query
  --alertmanager.url=$URL alert
  --alertmanager.url $URL alert query
  alert --alertmanager.url $URL
  -o extended alert
  -oextended alert query
  --output extended alert
  --output=json alert
  alert -o json
  -ojson alert query
  alert query -o json --silenced
  alert query DiskFull
  alert DiskFull
  alert query -o extended DiskFull
  alert query alertname=DiskFull instance=a
  alert query alertname="DiskFull"
  alert query 'alertname=~Disk.*'
  alert query 'alertname=~"Disk.*"' 'instance!="a"'
  alert query 'instance!~"a|b"'
  alert query 'instance=~"a|b"' severity=critical
  alert query 'instance=""'
  alert query '"größe"="10 → 20"'
  alert query 'größe="10 → 20"'
  alert query größe=1
  alert query Über
  alert query 'Two Words'
  alert query '{instance="a"}'
  alert query '{instance="a",severity="critical"}'
  alert query foo bar
  alert query 'foo=' 
  alert query '=foo'
  alert query 'instance=~"("'
  alert query 'instance=~('
  alert query 'a=b' 'c'
  alert query nothing=here
  alert query -o json nothing=here
  alert query -o extended nothing=here
  alert query --receiver=pager
  alert query --receiver=db.*
  alert query --receiver=(
  alert query -r pager
  alert query -rpager
  alert query --receiver pager DiskFull
  alert -r pager
  alert query --inhibited
  alert query -i
  alert query -i -o json
  alert query --silenced
  alert query -s
  alert query --active
  alert query -a
  alert query -u
  alert query --unprocessed
  alert query -as
  alert query -asi
  alert -as
  alert -asi
  alert query -isau -o extended
  alert query --active --silenced --inhibited --unprocessed -o json
  alert query --no-active
  alert query --no-silenced --inhibited
  alert query --date.format=2006
  alert query '--date.format=Mon Jan _2 15:04:05 2006'
  alert query '--date.format=2006-01-02T15:04:05.000Z07:00'
  --date.format= alert
  alert query -- DiskFull
  alert -- DiskFull
  alert query --timeout=5s
  alert query --timeout 1m30s
  alert query --timeout=1d
  --no-version-check alert
  --version-check alert
  --no-verbose alert
  alert @$DIR/args
  alert query @$DIR/args
  @$DIR/words
`);

export const SILENCES: readonly Case[] = lines(`
  silence
  silence query
  silence query -o extended
  silence query -o json
  -o extended silence
  silence -o json
  silence query -q
  silence query --quiet
  silence query --no-quiet
  silence -q
  silence query --expired
  silence query --expired -q
  silence query --expired -o extended
  silence query --expired -o json
  silence --expired
  silence query --within=1h
  silence query --within=2h -q
  silence query --within 100d
  silence query --within=1w
  silence query --within=0s
  silence query --within=1.5h
  silence query --within=-1h
  silence query --expired --within=1h
  silence query --expired --within=1ns
  silence query --created-by=me
  silence query --created-by=nobody
  silence query --created-by me -q
  silence query --created-by=
  silence query --id=$ID
  silence query --id=$ID -o json
  silence query --id $ID -q
  silence query --id=00000000-0000-4000-8000-000000000000
  silence query instance=a
  silence query DiskFull
  silence query 'instance=~"a|b"'
  silence query 'alertname=~"Disk.*"'
  silence query 'owner!="x"'
  silence query '"größe"="10 → 20"'
  silence query bad bad
  silence query 'instance=~"("'
  silence query nothing=here
  silence query -o extended nothing=here
  silence query -o json nothing=here
  silence query -o json --within=2h --created-by=me instance=a
  silence query '--date.format=15h'
`);

export const STATUS: readonly Case[] = [
  ...lines(`
  config
  config show
  config show -o simple
  cluster
  cluster show
  cluster show -o simple
  -o extended cluster
  cluster show -o json
  -o json cluster show
  config routes
  config routes show
  config routes -o json
  config routes test
  config routes test severity=critical
  config routes test severity=critical owner=db
  config routes test owner=db sub=x
  config routes test --tree severity=critical owner=db sub=x
  config routes test --tree
  config routes test --tree owner=nobody
  config routes test --verify.receivers=team
  config routes test --verify.receivers=pager severity=critical owner=db
  config routes test --verify.receivers=pager,db-and-web severity=critical owner=db
  config routes test --verify.receivers pager,db-and-web --tree severity=critical owner=db
  config routes test --verify.receivers=
  config routes test '"größe"="10 → 20"'
  config routes test größe=1
  config routes test owner=a owner=db
  config routes test owner
  config routes test owner=~db
  config routes test 'owner!=db'
  config routes test DiskFull
  config routes test '{owner="db"}'
  config routes test owner=db --tree -- severity=critical
  `),
  { run: 'config show -o json', mask: [/"uptime":"[^"]*"/] },
  { run: 'config -o json', mask: [/"uptime":"[^"]*"/] },
  // amtool prints addresses of its memory in place of the texts.
  { run: 'config show -o extended', compare: 'code' },
  { run: 'config -o extended', compare: 'code' },
];

/** Without a server. */
export const LOCAL: readonly Case[] = [
  ...lines(String.raw`
  config routes --config.file=$DIR/good.yml
  config routes --config.file $DIR/good.yml
  config routes show --config.file=$DIR/good.yml
  config --config.file=$DIR/good.yml routes
  config routes test --config.file=$DIR/good.yml
  config routes test --config.file=$DIR/good.yml owner=db
  config routes --config.file=$DIR/good.yml test owner=db
  config routes test owner=db --config.file=$DIR/good.yml --tree
  config routes test --config.file=$DIR/good.yml --verify.receivers=x owner=db
  config routes test --config.file=$DIR/good.yml --verify.receivers=x --tree owner=db
  config routes --config.file=$DIR/none.yml
  config routes test --config.file=$DIR
  config routes test --config.file
  check-config $DIR/good.yml
  check-config $DIR/templates.yml
  check-config $DIR/good.yml $DIR/templates.yml
  check-config $DIR/none.yml
  check-config $DIR/good.yml $DIR/none.yml
  check-config $DIR
  check-config -- $DIR/good.yml
  check-config $DIR/good.yml --alertmanager.url=$URL
  template
  template render --template.text=x
  template render --template.glob=x
  template render --template.glob=x --template.text=
  template render --template.glob=/nothing --template.text={{.Status}}
  template render --template.glob /nothing --template.text '{{ .Receiver }} {{ len .Alerts }}'
  template render --template.glob=x --template.text='{{ range .Alerts }}{{ .Status }} {{ .Labels.SortedPairs }} {{ .Annotations }} {{ .GeneratorURL }} {{ .Fingerprint }}{{ "\n" }}{{ end }}'
  template render --template.glob=x --template.text='{{ .GroupLabels }} {{ .CommonLabels }} {{ .CommonAnnotations }} {{ .ExternalURL }}'
  template render --template.glob=x --template.text='{{ .Alerts.Firing | len }} {{ .Alerts.Resolved | len }}'
  template render --template.glob=$DIR/one.tmpl --template.text='{{ template "one" . }}'
  template render --template.glob=$DIR/*.tmpl --template.text='{{ template "two" . }}'
  template render --template.glob=$DIR/one.tmpl --template.glob=$DIR/two.tmpl --template.text='{{ template "two" . }}{{ template "one" . }}'
  template render --template.glob=x --template.text='{{ template "one" . }}'
  template render --template.glob=x --template.text='<b>{{ .Status }}</b> & {{ .ExternalURL }}' --template.type=html
  template render --template.glob=x --template.text='<a href="{{ .ExternalURL }}">{{ "<&>" }}</a>' --template.type html
  template render --template.glob=x --template.text='<a>{{ "<&>" }}</a>' --template.type text
  template render --template.glob=x --template.text=x --template.type=y
  template render --template.glob=x --template.text='{{ .Status'
  template render --template.glob=x --template.text='{{ .Statu }}'
  template render --template.glob=x --template.text='{{ nofunc }}'
  template render --template.glob=x --template.text=x --template.data=$DIR/none.json
  template render --template.glob=x --template.text='{{ .Status }} {{ range .Alerts }}{{ .Labels.a }}{{ .StartsAt.Unix }}{{ end }}' --template.data=$DIR/data.json
  template render --template.glob=x --template.text=x --template.text=y
  template --template.glob=x --template.text=x render
  `),
  // amtool lists them in random order.
  { run: 'template render', mask: [/'--template\.\w+'/g] },
  // It asks for the time several times over.
  {
    run: `template render --template.glob=x --template.text='{{ with index .Alerts 1 }}{{ .EndsAt.Sub .StartsAt }}{{ end }}'`,
    mask: [/(\.\d+)?s$/],
  },
  // Every problem, with its place, in place of the first one.
  { run: 'check-config $DIR/bad.yml', mask: [/FAILED: [\s\S]*?(?=\n\n|\nFound)/g] },
  { run: 'check-config $DIR/bad.yml $DIR/good.yml', mask: [/FAILED: [\s\S]*?(?=\n\n|\nFound)/g] },
  { run: 'check-config $DIR/broken-template.yml', mask: [/FAILED: [\s\S]*?(?=\n\n|\nFound)/g] },
  { run: 'config routes --config.file=$DIR/bad.yml', compare: 'out' },
  { run: 'template render --template.glob=[ --template.text=x', compare: 'code' },
  { run: 'template render --template.glob=$DIR/broken.tmpl-not --template.text=x', compare: 'code' },
  { run: 'template render --template.glob=x --template.text=x --template.data=$DIR/good.yml', compare: 'code' },
  { run: 'template render --template.glob=x --template.text=x --template.data=$DIR', compare: 'code' },
];
