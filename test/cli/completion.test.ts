import { describe, expect, it } from 'vitest';
import { runCtl } from './run.ts';

async function complete(...words: string[]): Promise<string[]> {
  const { code, out, err } = await runCtl(['--completion-bash', ...words]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out === '' ? [] : out.split('\n');
}

describe('completion', () => {
  it.each<[string[], string[]]>([
    [['si'], ['silence']],
    [
      ['silence', ''],
      ['add', 'expire', 'import', 'query', 'update'],
    ],
    [['silence', 'ex'], ['expire']],
    [['config', 'routes', 't'], ['test']],
    [
      ['silence', 'add', '--d'],
      ['--date.format', '--duration'],
    ],
    [['silence', '--cr'], ['--created-by']],
    [['alert', 'query', '--no-s'], ['--no-silenced']],
    [
      ['-o', ''],
      ['simple', 'extended', 'json'],
    ],
    [['alert', '--output', 'e'], ['extended']],
    [['alert', '--output=e'], ['--output=extended']],
    [['alert', '--output', '=', 'e'], ['extended']],
    [
      ['alert', '--output', '='],
      ['simple', 'extended', 'json'],
    ],
    [['check-config', '--format', 'g'], ['github']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['config', 'routes', '--config.file', 'a'], []],
    [['config', 'routes', '--config.file', 'a.yml', 't'], ['test']],
    [['alert', 'query', 'x'], []],
    [['alert', 'x', '--inh'], ['--inhibited']],
    [['--alertmanager.url', '=', 'http', ':', '//x', ':', '9093', 'ale'], ['alert']],
    [['--alertmanager.url', 'http', ':', '//x', 'alert', '--output', '=', 'j'], ['json']],
    [['--alertmanager.url', '=', 'http', ':', '//x', ''], expect.arrayContaining(['alert', 'silence'])],
    [['alert', 'query', '--', '--inh'], []],
    [['alert', 'query', '--', '--output', ''], []],
    [['nonsense', 'q'], []],
  ])('of %j', async (words, expected) => {
    expect(await complete(...words)).toEqual(expected);
  });

  it('knows all commands', async () => {
    expect(await complete('')).toEqual(
      expect.arrayContaining(['alert', 'silence', 'config', 'template', 'watch', 'import']),
    );
  });

  it('has a script for each shell', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { code, out } = await runCtl(['completion', shell]);
      expect(code).toBe(0);
      expect(out).toContain('tocsinctl --completion-bash ');
      if (shell !== 'fish') expect((await runCtl([`--completion-script-${shell}`])).out).toBe(out);
    }
    expect((await runCtl(['completion'])).err).toContain(
      `required argument 'shell' not provided\n  As in "completion bash >> ~/.bashrc".\n`,
    );
    expect((await runCtl(['completion', 'tcsh'])).err).toContain("must be one of bash,zsh,fish, got 'tcsh'");
  });
});
