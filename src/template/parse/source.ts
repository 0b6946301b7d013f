// The text that a parse tree comes from, and how a place in it is told: templates are known by the name of their file.

import { byteLength } from '../value/bytes.ts';

export class Source {
  /** Empty for a text that is no file. */
  readonly name: string;
  readonly text: string;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  /** From 1. */
  line(pos: number): number {
    let line = 1;
    for (let i = this.text.indexOf('\n'); i >= 0 && i < pos; i = this.text.indexOf('\n', i + 1)) line++;
    return line;
  }

  /** In bytes, from 0, as Go counts in its messages. */
  column(pos: number): number {
    return byteLength(this.text.slice(this.text.lastIndexOf('\n', pos - 1) + 1, pos));
  }

  /** `name:line:column`. */
  place(pos: number): string {
    return `${this.name}:${this.line(pos)}:${this.column(pos)}`;
  }
}
