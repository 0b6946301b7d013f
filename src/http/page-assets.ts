// The page's style, script and icon, as text: they are small, need no build step and travel with the compiled program.

/** Carries what follows the `?` of a link such as `#/alerts?filter={a="b"}` into the query, which the server reads. */
export const SCRIPT = `(() => {
  const carry = () => {
    const hash = location.hash;
    const mark = hash.indexOf('?');
    if (!hash.startsWith('#/') || mark < 0) return;
    location.replace('?' + hash.slice(mark + 1) + hash.slice(0, mark));
  };
  addEventListener('hashchange', carry);
  carry();
})();
`;

export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#c2410c" d="M8 1a1.2 1.2 0 0 1 1.2 1.3C11.400 2.900 12.500 4.800 12.500 7c0 2.700.8 3.800 1.500 4.500V12.500H2V11.500C2.700 10.800 3.500 9.700 3.500 7c0-2.200 1.100-4.100 3.300-4.700A1.200 1.200 0 0 1 8 1zM6.200 13.500h3.600a1.800 1.800 0 0 1-3.600 0z"/></svg>
`;

export const STYLE = `:root {
  --ground: #f7f7f5; --card: #fff; --ink: #1d1d1b; --soft: #5d5d58; --line: #deddd7; --accent: #9a3412;
  --high: #c22a1e; --middle: #c77800; --low: #33719e; --chip: #efeee9;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #161615; --card: #20201e; --ink: #ecebe6; --soft: #a9a8a1; --line: #383733; --accent: #f0986a;
    --high: #ef6a5d; --middle: #e3a33f; --low: #6fb0dd; --chip: #2c2b28;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .3rem 1.5rem; padding: .7rem 1.2rem;
  background: var(--card); border-bottom: 1px solid var(--line); position: sticky; top: 0; }
h1 { font-size: 1.1rem; margin: 0; color: var(--accent); }
h2 { font-size: 1rem; margin: 1.6rem 0 .6rem; }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; }
a { color: var(--accent); }
nav a { color: var(--ink); text-decoration: none; }
nav a:hover, nav a:focus { text-decoration: underline; }
nav b { font-weight: 600; color: var(--soft); }
main { max-width: 70rem; margin: 0 auto; padding: 0 1.2rem 3rem; }
section { scroll-margin-top: 3.5rem; }
form { display: flex; flex-wrap: wrap; gap: .6rem; align-items: end; margin: 1rem 0 0; }
label { color: var(--soft); font-size: .85rem; }
label.wide { flex: 1 1 22rem; }
input, select, button { font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--line);
  border-radius: 4px; padding: .35rem .5rem; }
label.wide input { width: 100%; }
label input { display: block; }
button { background: var(--accent); border-color: var(--accent); color: var(--card); cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.rows { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem; }
.rows li { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--line);
  border-radius: 4px; padding: .5rem .8rem; overflow-wrap: anywhere; scroll-margin-top: 3.5rem; min-width: 0; }
.rows li.high { border-left-color: var(--high); }
.rows li.middle { border-left-color: var(--middle); }
.rows li.low { border-left-color: var(--low); }
.rows li.quiet { border-style: dashed; }
.rows li:target { outline: 2px solid var(--accent); }
.rows p { margin: .15rem 0; }
.head { display: flex; flex-wrap: wrap; gap: 0 .7rem; align-items: baseline; }
.state, .when, .id, .none { color: var(--soft); font-size: .85rem; }
code { background: var(--chip); border-radius: 3px; padding: .05rem .3rem; font-size: .82rem; }
.labels { line-height: 1.75; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .1rem .8rem; margin: .3rem 0 0; font-size: .9rem; }
dt { color: var(--soft); }
dd { margin: 0; white-space: pre-wrap; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 4px; padding: .8rem; overflow: auto; font-size: .82rem; }
.notice { border: 1px solid var(--high); border-left-width: 4px; border-radius: 4px; padding: .5rem .8rem; background: var(--card); }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .3rem; } }
`;
