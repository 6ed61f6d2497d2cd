import { report } from "../../engine/report.ts";
import type { EngineProcessSettings } from "../../engine/wire/settings.ts";
import { isBindingError } from "./binding.ts";

/** Failures of the file, or of what it lies on: no client can do anything about them. */
const ofFile = /^SQLITE_(?:CANTOPEN|CORRUPT|IOERR|NOTADB)/;
/** Each database is reported this often at most, in milliseconds. */
const interval = 60_000;

/** Whether a code of SQLite says that the file of a database cannot be used, whatever is asked of it. */
export function isOfFile(code: string): boolean {
  return ofFile.test(code);
}

/** Tells whoever runs the server of failures that only they can do something about. */
export class Troubles {
  readonly #settings: Pick<EngineProcessSettings, "isSilent">;
  readonly #database: { readonly databaseId: string; readonly path: string };
  #toldAt = -Infinity;

  constructor(
    settings: Pick<EngineProcessSettings, "isSilent">,
    database: { readonly databaseId: string; readonly path: string },
  ) {
    this.#settings = settings;
    this.#database = database;
  }

  /** Looks at a failure that a client is about to be told. */
  note(error: unknown): void {
    if (!isBindingError(error) || !isTrouble(error.code)) return;
    const now = performance.now();
    if (now - this.#toldAt < interval) return;
    this.#toldAt = now;
    const { code, message: reason } = error;
    report(this.#settings, "A database could not be used", { ...this.#database, code, reason });
  }
}

function isTrouble(code: string): boolean {
  return isOfFile(code) || code.startsWith("SQLITE_FULL");
}
