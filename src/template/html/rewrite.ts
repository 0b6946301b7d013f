// Appends escaping functions to a pipeline: those that its context needs, less those that the template calls itself.

import type { CommandNode, IdentifierNode, PipeNode } from '../parse/node.ts';

/** What the escapers stand for that templates may call themselves, at a pipeline's end only. */
const EQUIVALENT: ReadonlyMap<string, string> = new Map([
  ['_html_template_attrescaper', 'html'],
  ['_html_template_htmlescaper', 'html'],
  ['_html_template_rcdataescaper', 'html'],
  ['_html_template_urlescaper', 'urlquery'],
  ['_html_template_urlnormalizer', 'urlquery'],
]);

const PREDEFINED: ReadonlySet<string> = new Set(['html', 'urlquery']);

/** Escapers whose output another leaves as it is. */
const REDUNDANT: ReadonlyMap<string, readonly string[]> = new Map([
  ['_html_template_commentescaper', ['_html_template_attrescaper', '_html_template_htmlescaper']],
  ['_html_template_cssescaper', ['_html_template_attrescaper']],
  ['_html_template_jsregexpescaper', ['_html_template_attrescaper']],
  ['_html_template_jsstrescaper', ['_html_template_attrescaper']],
  ['_html_template_jstmpllitescaper', ['_html_template_attrescaper']],
  ['_html_template_urlescaper', ['_html_template_urlnormalizer']],
]);

/** The name of the function that the command calls, if it calls one. */
export function calledFunction(command: CommandNode | undefined): string | undefined {
  const first = command?.args[0];
  return first?.kind === 'identifier' ? first.name : undefined;
}

export function isPredefinedEscaper(name: string | undefined): boolean {
  return name !== undefined && PREDEFINED.has(name);
}

function normalize(name: string): string {
  return EQUIVALENT.get(name) ?? name;
}

function identifier(pipe: PipeNode, name: string, pos = pipe.pos): IdentifierNode {
  return { kind: 'identifier', source: pipe.source, pos, name };
}

function command(pipe: PipeNode, name: string): CommandNode {
  return { kind: 'command', source: pipe.source, pos: pipe.pos, args: [identifier(pipe, name)] };
}

/** The pipeline with the escapers at its end. */
export function withEscapers(pipe: PipeNode, escapers: readonly string[]): PipeNode {
  let commands = [...pipe.commands];
  const last = commands[commands.length - 1]!;
  const own = calledFunction(last);
  let wanted = escapers;
  if (own !== undefined && PREDEFINED.has(own)) {
    if (commands.length === 1 && last.args.length > 1) {
      // `html a b` becomes `_eval_args_ a b | html`, so that the escaper stands alone.
      const args = [identifier(pipe, '_eval_args_', last.args[0]!.pos), ...last.args.slice(1)];
      commands = [{ ...last, args }, command(pipe, own)];
    }
    if (escapers.some((name) => normalize(name) === own)) {
      wanted = escapers.map((name) => (normalize(name) === own ? own : name));
      commands.pop();
    }
  }
  const present = new Set(commands.map((known) => normalize(calledFunction(known) ?? '')));
  for (const name of wanted) {
    const before = calledFunction(commands[commands.length - 1]) ?? '';
    if (!present.has(normalize(name)) && !REDUNDANT.get(before)?.includes(name)) commands.push(command(pipe, name));
  }
  return { ...pipe, commands };
}
