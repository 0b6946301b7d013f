// Colours, for the eyes of people only: none where the output goes to a file or another program, and none where the
// environment asks for none.

export type Colour = 'red' | 'green' | 'yellow' | 'dim';

const CODES: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, dim: 2 };

/** Whether what is written there is seen, and may be coloured (https://no-color.org). */
export function showsColours(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}

/** The text as standard output is to show it. */
export function painted({ colours }: { readonly colours?: boolean }, colour: Colour, text: string): string {
  return colours === true && text !== '' ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text;
}
