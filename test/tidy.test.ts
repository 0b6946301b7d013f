import { describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config/parse.ts';
import { describeProblem } from '../src/model/problem.ts';
import { receivers } from '../src/receivers/index.ts';
import { settingsTables } from '../src/receivers/settings/table.ts';
import { codeOf, importsOf, places, readText, type Source, sourcesIn } from './support/sources.ts';

const sources = sourcesIn('src', '.ts');
const tests = sourcesIn('test', '.ts');
const scripts = [...sourcesIn('scripts', '.mjs'), ...sourcesIn('bench', '.ts')];

/** The first folder below src/, or the file itself. */
function part(path: string): string {
  return path.split('/')[1] ?? path;
}

// Which part may import which, besides itself. An arrow that is missing here is a decision, not an oversight.
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  template: ['model'],
  config: ['model', 'template'],
  engine: ['model'],
  receivers: ['model', 'template'],
  simulate: ['model', 'template', 'config', 'engine', 'receivers'],
  store: ['model', 'engine'],
  runtime: ['model', 'template', 'config', 'engine', 'receivers', 'store'],
  http: ['model', 'config', 'engine', 'runtime'],
  cli: ['model', 'template', 'config', 'engine', 'receivers', 'simulate', 'store', 'runtime', 'http'],
  'main.ts': ['runtime'],
  'ctl.ts': ['cli'],
};

/** These put the parts together, and so know all of them. */
const COMPOSERS = ['src/runtime/server.ts', 'src/runtime/main.ts'];

describe('imports', () => {
  it('go in the directions that the design allows', () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .filter(({ target }) => target.startsWith('src/') && part(target) !== part(source.path))
        .filter(({ target }) => !MAY_IMPORT[part(source.path)]?.includes(part(target)))
        .filter(() => !COMPOSERS.includes(source.path))
        .map(({ target }) => `${source.path} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('take from the engine only what crosses its border, outside of it', () => {
    const border = ['src/engine/types.ts', 'src/engine/view.ts'];
    const wrong = sources
      .filter(({ path }) => part(path) === 'store' || part(path) === 'http')
      .flatMap((source) =>
        importsOf(source)
          .filter(({ target }) => part(target) === 'engine' && target.startsWith('src/') && !border.includes(target))
          .map(({ target }) => `${source.path} -> ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  it('stay inside src/', () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source)
        .filter(({ from, target }) => from.startsWith('.') && !target.startsWith('src/'))
        .map(({ target }) => `${source.path} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('make no circles', () => {
    const graph = new Map(
      sources.map((source) => [
        source.path,
        importsOf(source)
          .filter(({ typeOnly }) => !typeOnly)
          .map(({ target }) => target),
      ]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      const start = trail.indexOf(path);
      if (start >= 0) circles.push([...trail.slice(start), path].join(' -> '));
      if (start >= 0 || done.has(path)) return;
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });

  it('name packages that package.json has, and all of them', () => {
    const manifest = JSON.parse(readText('package.json')) as Manifest;
    const known = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
    const named = new Set<string>();
    for (const source of sources) {
      for (const { from } of importsOf(source)) {
        if (from.startsWith('.') || from.startsWith('node:')) continue;
        named.add(from.startsWith('@') ? from.split('/', 2).join('/') : from.split('/')[0]!);
      }
    }
    expect([...named].sort()).toEqual(known.sort());
  });
});

describe('pure parts', () => {
  const PURE = ['model', 'template', 'config', 'engine', 'simulate'];
  const pure = sources.filter(({ path }) => PURE.includes(part(path)));

  it.each([
    ['wait', /\b(?:async|await)\b/g],
    ['read a clock', /\bDate\.now\b|\bnew Date\(\)|\bperformance\b/g],
    ['set timers', /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/g],
    ['draw lots', /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b/g],
    ['know the process', /\bprocess\b\.|\bglobalThis\b/g],
    ['talk', /\bconsole\b\.|(?<![.\w])fetch\(/g],
    ['sort by locale', /\blocaleCompare\b|\bIntl\.Collator\b|\btoLocale\w+\(/g],
  ])('do not %s', (_, words) => {
    expect(pure.flatMap((source) => places(source, codeOf(source.text), words))).toEqual([]);
  });

  it('use of Node what touches nothing', () => {
    const harmless = ['node:util', 'node:crypto', 'node:path', 'node:buffer'];
    const wrong = pure.flatMap((source) =>
      importsOf(source)
        .filter(({ from }) => from.startsWith('node:') && !harmless.includes(from))
        .map(({ from }) => `${source.path} -> ${from}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('receivers', () => {
  const folder = sources.filter(({ path }) => part(path) === 'receivers');

  it.each([
    ['have no clock but the one they are handed', /\bDate\.now\b|\bnew Date\(\)/g],
    ['draw no lots', /\bMath\.random\b/g],
    ['do not log', /\bconsole\b\./g],
    ['know of the process its environment alone', /\bprocess\b\.(?!env\b|platform\b)/g],
  ])('%s', (_, words) => {
    expect(folder.flatMap((source) => places(source, codeOf(source.text), words))).toEqual([]);
  });

  it('are in both tables, in the same order', () => {
    expect(receivers.map(({ type }) => type)).toEqual(settingsTables.receivers.map(({ type }) => type));
  });

  it('have a file each, which is in the table, and a test', () => {
    const plugins = folder
      .filter(({ text }) => /^export const \w+: ReceiverPlugin</m.test(text))
      .map(({ path }) => path);
    expect(plugins).toEqual(receivers.map(({ type }) => `src/receivers/${type}.ts`).sort());
    const tested = tests.filter(({ path }) => path.startsWith('test/receivers/'));
    for (const { type } of receivers) {
      expect(
        tested.some(({ text }) => text.includes(type)),
        `a test of ${type}`,
      ).toBe(true);
    }
  });
});

describe('files', () => {
  it.each([
    ['src', sources, 400],
    ['scripts', scripts, 400],
    // Tables of cases are data, and tests are long because of theirs.
    ['test', tests.filter(({ path }) => !path.endsWith('-cases.ts')), 500],
  ])('are about one thing: %s', (_, files, most) => {
    const lines = ({ text }: Source): number => text.split('\n').length - 1;
    const long = files.filter((file) => lines(file) > most).map((file) => `${file.path}: ${lines(file)} lines`);
    expect(long).toEqual([]);
  });

  it('say first what they are for', () => {
    const silent = [...sources, ...scripts].filter(({ text }) => !/^(?:#!.*\n)?(?:\/\/ |import \{ main \})/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it.each([
    ['default exports', /^export default\b/gm],
    ['barrels', /^export \*/gm],
    ['enums', /^(?:export )?(?:const )?enum\b/gm],
    ['holes in the types', /\bas unknown as\b|@ts-(?:ignore|nocheck|expect-error)/g],
    ['things left for later', /\b(?:TODO|FIXME|XXX|HACK)\b/g],
    ['paths of a machine', /(?<![\w.])\/(?:work|root)\/|\bC:\\Users\b/g],
  ])('in src have no %s', (_, words) => {
    expect(sources.flatMap((source) => places(source, source.text, words))).toEqual([]);
  });

  it.each([
    ['tests that do not run', /\b(?:it|test|describe)\.(?:skip|only|todo|fails)\b/g],
    ['mocks', /\bvi\.(?:mock|fn|spyOn|stubGlobal|useFakeTimers)\b/g],
    ['paths of a machine', /(?<![\w.])\/(?:work|root)\//g],
  ])('in test have no %s', (_, words) => {
    const others = tests.filter(({ path }) => path !== 'test/tidy.test.ts');
    expect(others.flatMap((source) => places(source, source.text, words))).toEqual([]);
  });
});

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
}

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe('packages', () => {
  const manifest = JSON.parse(readText('package.json')) as Manifest;
  const all = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies };
  const lock = JSON.parse(readText('package-lock.json')) as { packages: Record<string, Locked> };

  it('are pinned', () => {
    const versions = Object.entries(all);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('are locked as they are pinned', () => {
    expect(lock.packages['']?.dependencies).toEqual(manifest.dependencies);
    expect(lock.packages['']?.devDependencies).toEqual(manifest.devDependencies);
    expect(lock.packages['']?.optionalDependencies).toEqual(manifest.optionalDependencies);
    for (const [name, version] of Object.entries(all)) {
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version);
    }
  });

  it('are fetched from whatever registry is configured', () => {
    const bound = Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined);
    expect(bound.map(([path]) => path)).toEqual([]);
  });

  it('are locked for every platform: node scripts/lock.mjs adds what is missing', () => {
    const missing = Object.values(lock.packages)
      .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
      .filter((name) => !(`node_modules/${name}` in lock.packages));
    expect(missing).toEqual([]);
  });

  it('vitest has one version throughout', () => {
    const versions = Object.entries(lock.packages)
      .filter(([path]) => /^node_modules\/(?:vitest|@vitest\/[^/]+)$/.test(path))
      .map(([, { version }]) => version);
    expect(new Set(versions).size).toBe(1);
  });

  it('the programs have a source', () => {
    for (const file of Object.values(manifest.bin)) {
      const source = file.replace(/^dist\/(.*)\.js$/, 'src/$1.ts');
      expect(readText(source), source).toMatch(/^#!\/usr\/bin\/env node\n/);
    }
  });
});

describe('the example configurations', () => {
  const examples = sourcesIn('config', '.yml');

  it('are there', () => {
    expect(examples.map(({ path }) => path)).toContain('config/alertmanager.yml');
  });

  it('are accepted', () => {
    for (const { path, text } of examples) {
      const { config, problems } = parseConfig(Buffer.from(text), {
        file: path,
        tables: settingsTables,
        mode: 'utf8',
      });
      expect(problems.filter(({ severity }) => severity === 'error').map(describeProblem)).toEqual([]);
      expect(config?.receivers.length, path).toBeGreaterThan(0);
    }
  });
});
