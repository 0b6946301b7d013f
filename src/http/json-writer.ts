// Where a long answer is put together: bytes in big pieces. Text that is assembled from very many parts costs several
// times as much to measure and encode as it does to copy bytes that were encoded once.

/** The size of a piece, unless one text alone needs more. */
const PIECE_BYTES = 128 * 1024;

export class JsonWriter {
  private piece = Buffer.allocUnsafeSlow(0);
  private used = 0;
  private full: Buffer[] = [];

  text(text: string): void {
    // No character takes more than three bytes for each of its units.
    this.makeRoom(text.length * 3);
    this.used += this.piece.write(text, this.used, 'utf8');
  }

  bytes(bytes: Buffer, start: number, end: number): void {
    this.makeRoom(end - start);
    this.used += bytes.copy(this.piece, this.used, start, end);
  }

  /** Whether there is a piece to be sent. */
  hasPiece(): boolean {
    return this.full.length > 0;
  }

  /** The pieces that are full, and forgets them. */
  takePieces(): Buffer[] {
    const { full } = this;
    this.full = [];
    return full;
  }

  /** What is left. The writer is not to be used any more. */
  takeRest(): Buffer {
    return Buffer.concat([...this.full, this.piece.subarray(0, this.used)]);
  }

  private makeRoom(bytes: number): void {
    if (this.used + bytes <= this.piece.length) return;
    if (this.used > 0) this.full.push(this.piece.subarray(0, this.used));
    this.piece = Buffer.allocUnsafeSlow(Math.max(PIECE_BYTES, bytes));
    this.used = 0;
  }
}
