// What can go wrong with the store. One class for each thing that an operator does something different about; the message
// says what to do. The kind is what crosses the border between threads, where classes are lost.

export type StoreErrorKind = keyof typeof CLASSES;

/** The base of them all; by itself, a mistake of the program. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
  readonly kind: StoreErrorKind = 'failed';
}

/** Another process owns the data directory. */
export class StoreLocked extends StoreError {
  override readonly name = 'StoreLocked';
  override readonly kind = 'locked';
}

/** Another program holds the database for the moment. */
export class StoreBusy extends StoreError {
  override readonly name = 'StoreBusy';
  override readonly kind = 'busy';
}

/** There is no room to write. */
export class StoreFull extends StoreError {
  override readonly name = 'StoreFull';
  override readonly kind = 'full';
}

/** The directory or the files cannot be written by this user. */
export class StoreReadOnly extends StoreError {
  override readonly name = 'StoreReadOnly';
  override readonly kind = 'readOnly';
}

/** The file is damaged, or not ours. */
export class StoreCorrupt extends StoreError {
  override readonly name = 'StoreCorrupt';
  override readonly kind = 'corrupt';
}

/** The file was written by a newer version of the program. */
export class StoreTooNew extends StoreError {
  override readonly name = 'StoreTooNew';
  override readonly kind = 'tooNew';
}

/** The disk does not do what it should. */
export class StoreIO extends StoreError {
  override readonly name = 'StoreIO';
  override readonly kind = 'io';
}

/** The thread that writes ended unexpectedly: whether the commit under way is stored is not known. */
export class StoreStopped extends StoreError {
  override readonly name = 'StoreStopped';
  override readonly kind = 'stopped';
}

/** The call came after `close`. */
export class StoreClosed extends StoreError {
  override readonly name = 'StoreClosed';
  override readonly kind = 'closed';
}

const CLASSES = {
  locked: StoreLocked,
  busy: StoreBusy,
  full: StoreFull,
  readOnly: StoreReadOnly,
  corrupt: StoreCorrupt,
  tooNew: StoreTooNew,
  io: StoreIO,
  stopped: StoreStopped,
  closed: StoreClosed,
  failed: StoreError,
};

/** The error of that kind: what came over from another thread. */
export function newStoreError(kind: StoreErrorKind, message: string): StoreError {
  return new CLASSES[kind](message);
}

/** What SQLite or the file system said about `path`, as one of ours. Every other error becomes a plain `StoreError`. */
export function toStoreError(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const kind = kindOf(codeOf(error));
  return newStoreError(kind, `${advice(kind, path)}${kind === 'failed' ? '' : ' '}(${message})`);
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** SQLite's extended result codes, and those of the file system that creating a directory can give. */
function kindOf(code: string): StoreErrorKind {
  switch (code) {
    case 'SQLITE_FULL':
    // A write that fails for another reason than a full disk: a quota or a size limit, which no other code stands for.
    case 'SQLITE_IOERR_WRITE':
    case 'SQLITE_IOERR_SHMSIZE':
    case 'ENOSPC':
    case 'EDQUOT':
      return 'full';
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_PERM':
    case 'SQLITE_AUTH':
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'EEXIST':
    case 'ENOTDIR':
      return 'readOnly';
    case 'SQLITE_NOTADB':
      return 'corrupt';
    default:
      if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) return 'busy';
      if (/^SQLITE_(READONLY|CANTOPEN)_/.test(code) || code === 'SQLITE_READONLY') return 'readOnly';
      if (code.startsWith('SQLITE_CORRUPT')) return 'corrupt';
      return code.startsWith('SQLITE_IOERR') ? 'io' : 'failed';
  }
}

function advice(kind: StoreErrorKind, path: string): string {
  switch (kind) {
    case 'full':
      return `no room to write ${path}: free disk space, or raise the quota or the limit on file sizes; what was stored before is intact`;
    case 'readOnly':
      return `cannot write ${path}: --storage.path must name a directory on a writable disk that belongs to the user that runs the server`;
    case 'corrupt':
      return `${path} is damaged or not a database: restore it from a backup, try "sqlite3 ${path} .recover", or move it away to begin with an empty store`;
    case 'busy':
      return `${path} is held by another program, such as a sqlite3 shell with an open transaction: end that; the write is tried again`;
    case 'io':
      return `the disk failed on ${path}: look at the kernel's log and at the health of the disk`;
    default:
      return `the store failed on ${path}`;
  }
}
