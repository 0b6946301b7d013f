// What is typed at the real amtool, and at tocsinctl in its place: the lines of a shell, from an empty server on.

/** Lines of a shell. `as` keeps what it printed as `$NAME` for the lines after it. */
export interface Line {
  readonly run: string;
  readonly as?: string;
  /** Where tocsinctl prints something better on purpose: only its exit code is compared. */
  readonly better?: string;
}

const past = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const future = (minutes: number): string => past(-minutes);

export const LINES: readonly Line[] = [
  { run: 'amtool cluster show' },
  { run: 'amtool alert' },
  { run: 'amtool silence query' },
  { run: 'amtool -o json alert query' },
  { run: 'amtool -o json silence query' },
  { run: 'amtool -o extended alert query' },

  {
    run: `amtool alert add DiskFull instance=a severity=critical --start=${past(50)} --annotation=summary="the disk is full"`,
  },
  {
    run: `amtool alert add alertname=DiskFull instance=b severity=info --start=${past(40)} --generator-url=http://prometheus.example/graph`,
  },
  {
    run: `amtool alert add Slow instance=a severity=info owner=db --start=${past(30)} --annotation=summary=slow --annotation='runbook=http://books.example/?a=b&c=d'`,
  },
  { run: `amtool alert add Slow instance=c severity=warning owner=web --start=${past(20)} --end=${future(60)}` },
  { run: `amtool alert add 'alertname="Über"' '"größe"="10 → 20"' instance=c --start=${past(10)}` },
  { run: `amtool alert add Over instance=d --start=${past(20)} --end=${past(5)}` },
  { run: 'amtool alert add' },
  { run: 'amtool alert add novalue=' },
  { run: `amtool alert add Wrong --start=${future(10)} --end=${future(5)}` },
  { run: 'amtool alert add Wrong --start=yesterday' },

  { run: 'amtool alert' },
  { run: 'amtool alert query' },
  { run: 'amtool -o extended alert query' },
  { run: 'amtool -o json alert query' },
  { run: 'amtool alert query DiskFull' },
  { run: 'amtool alert query alertname=DiskFull instance=b' },
  { run: 'amtool alert query \'instance=~"a|b"\'' },
  { run: 'amtool alert query \'instance!="a"\' \'severity!~"crit.*"\'' },
  { run: 'amtool alert query \'"größe"="10 → 20"\'' },
  { run: 'amtool alert query \'{instance="a",severity="info"}\'' },
  { run: 'amtool alert query \'instance=~"("\'' },
  { run: 'amtool alert query nothing=here' },
  { run: 'amtool alert query --receiver=pager' },
  { run: "amtool alert query --receiver='db.*'" },
  { run: 'amtool alert query --inhibited' },
  { run: 'amtool alert query --active' },
  { run: 'amtool -o json alert query --inhibited' },
  { run: 'amtool alert query --silenced' },
  { run: 'amtool alert query --unprocessed' },

  { run: `amtool silence add instance=c --author=me --comment='moving c' --end=${future(90)}`, as: 'ONE' },
  {
    run: `amtool silence add 'alertname=~"Disk.*"' instance=b --author=you --comment='disk work' --end=${future(200)} --annotation=ticket=42`,
    as: 'TWO',
  },
  {
    run: `amtool silence add owner=db --author=me --comment='for later' --start=${future(30)} --end=${future(300)}`,
    as: 'LATER',
  },
  { run: 'amtool silence add Slow --duration=1d --author=me --comment=whole', as: 'DAY' },
  { run: 'amtool silence add instance=z --author=me' },
  { run: 'amtool silence add --author=me --comment=everything' },
  { run: 'amtool silence add \'a=~".*"\' --author=me --comment=everything' },
  { run: 'amtool silence add a=b --author=me --comment=x --duration=nonsense' },
  { run: `amtool silence add a=b --author=me --comment=x --end=${past(5)}` },
  { run: `amtool silence add a=b --author=me --comment=x --start=${future(20)} --end=${future(10)}` },

  { run: 'amtool silence' },
  { run: 'amtool silence query' },
  { run: 'amtool -o extended silence query' },
  { run: 'amtool -o json silence query' },
  { run: 'amtool silence query -q' },
  { run: 'amtool silence query instance=b' },
  { run: 'amtool silence query \'instance=~"b|c"\'' },
  { run: 'amtool silence query --created-by=me' },
  { run: 'amtool silence query --within=2h' },
  { run: 'amtool silence query --id=$TWO' },
  { run: 'amtool silence query --id=00000000-0000-4000-8000-000000000000' },
  { run: 'amtool silence query --expired' },
  { run: 'amtool alert query' },
  { run: 'amtool alert query --silenced' },
  { run: 'amtool -o json alert query --silenced' },

  { run: 'amtool silence update --duration=3h $ONE' },
  { run: `amtool silence update --comment='disk work, longer' --end=${future(400)} $TWO` },
  { run: 'amtool -o extended silence update --duration=5h $LATER' },
  { run: 'amtool -o json silence query --id=$LATER' },
  { run: 'amtool silence update -d 2h -q $DAY', better: 'the id, where amtool prints an address of its memory' },
  { run: `amtool silence update --start=${future(40)} $LATER` },
  { run: `amtool silence update --comment=moved $LATER $ONE` },
  { run: `amtool silence update --end=2040-01-01T00:00:00+02:00 $TWO` },
  { run: `amtool -o json silence update --end=2040-01-01T00:00:00+02:00 $TWO` },
  { run: `amtool silence update --comment=again $TWO 00000000-0000-4000-8000-000000000000` },
  { run: 'amtool silence update --duration=3h not-an-id' },
  { run: 'amtool silence update --duration=3h 00000000-0000-4000-8000-000000000000' },
  { run: 'amtool -o json silence query' },

  { run: 'amtool silence expire $LATER' },
  { run: 'amtool silence expire $LATER' },
  { run: 'amtool silence expire 00000000-0000-4000-8000-000000000000' },
  { run: 'amtool silence expire not-an-id' },
  { run: 'amtool silence expire' },
  { run: 'amtool silence query --expired' },
  {
    run: 'amtool -o json silence query instance=b > keep.json; amtool silence expire $(amtool silence query -q instance=b); amtool silence query -q instance=b',
  },
  { run: 'amtool silence import --worker=1 keep.json' },
  { run: 'amtool silence import --force --worker=1 keep.json' },
  { run: 'amtool silence import --force --worker=1 < keep.json' },
  { run: 'amtool silence query -q instance=b | wc -l' },
  { run: 'echo "[{\\"comment\\": \\"no matchers\\"}]" | amtool silence import --worker=1' },
  { run: 'echo nonsense | amtool silence import', better: 'what is wrong with it in its own words' },
  { run: 'amtool silence import --worker=1 < /dev/null', better: 'what is wrong with it in its own words' },
  { run: 'echo "[]" | amtool silence import' },
  { run: 'amtool -o json silence query --expired owner=db > old.json; amtool silence import -w 1 old.json' },
  { run: `printf 'route: {receiver: x}\\nreceivers: [{name: x}]\\n' | amtool check-config` },
  { run: 'amtool alert query | head -1' },
  { run: 'amtool silence query -q | wc -l' },
  { run: 'amtool silence update --start=2039-01-01T00:00:00+02:00 --duration=3h $DAY' },
  { run: 'amtool silence update --start=2040-01-02T00:00:00-24:00 --end=2040-01-02T00:00:00Z $DAY' },
  { run: 'amtool silence expire $(amtool silence query -q); amtool silence query' },
  { run: 'amtool alert query' },

  { run: 'amtool config show' },
  { run: 'amtool -o extended config show', better: 'texts, where amtool prints addresses of its memory' },
  { run: 'amtool -o json config show' },
  { run: 'amtool config' },
  { run: 'amtool config routes' },
  { run: 'amtool config routes show' },
  { run: 'amtool config routes test severity=critical owner=db' },
  { run: 'amtool config routes test owner=nobody' },
  { run: 'amtool config routes test --tree severity=critical owner=web' },
  { run: 'amtool config routes test --verify.receivers=pager severity=critical' },
  { run: 'amtool config routes test --verify.receivers=team severity=critical' },
  { run: 'amtool -v alert query DiskFull', better: 'what it asks, and on standard error' },
];
