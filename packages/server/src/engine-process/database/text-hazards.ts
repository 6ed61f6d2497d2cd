import { ownFile } from "../../engine/wire/own-file.ts";
import type { SqlValue } from "../../hrana/values.ts";
import { hazard, isHazardous, type AnalyzedStatement } from "../../sql/index.ts";
import { type Handle, isRow } from "./binding.ts";
import type { Connection } from "./connection.ts";

const hazardBits = 0xff;
const sources = hazard.bytes | hazard.escapes;

/**
 * What clients have done to a database that can have led to texts which the binding cannot read: one with a NUL, which
 * it would cut, or one that is not UTF-8, which it would not survive. As long as it is not enough to make one, rows are
 * read the fast way.
 */
export class TextHazards {
  /** Those of all that was tried, whether it was kept or not. */
  #met = 0;
  /** Those that the file tells of for good. */
  #stored = 0;
  #isKnown = false;

  /**
   * Reads what the file tells, as a connection sees it.
   *
   * @param isForGood whether that is what is committed
   */
  catchUp({ handle }: Connection, isForGood: boolean): void {
    this.#read(handle, isForGood);
  }

  /** Another process may have added to what the file tells. */
  forget(): void {
    this.#isKnown = false;
  }

  /**
   * Notes what a statement may do, before it does.
   *
   * @returns whether the texts that it reads may be such ones
   */
  meet(connection: Connection, statement: AnalyzedStatement, values: readonly SqlValue[]): boolean {
    const isChange = !statement.isReadonly && !statement.isExplain;
    if (!this.#isKnown) {
      // To look would pin the state of now.
      if (isChange && connection.hasToFindTheLast) connection.lock();
      // Inside a transaction, it may be what was, or what will not be.
      this.#read(connection.handle, connection.isAutocommit);
    }
    let { hazards } = statement;
    for (const value of values) hazards |= hazardsOf(value);
    const isOdd = isHazardous(hazards | this.#met);
    if (isChange) {
      // What is defined converts later on, too; what is changed has converted what was there.
      const lasting = isOdd || statement.kind === "ddl" ? hazards : hazards & sources;
      if ((lasting & ~this.#stored) !== 0) this.#store(connection, lasting);
      this.#met |= lasting;
    }
    return isOdd;
  }

  #read(handle: Handle, isForGood: boolean): void {
    const told = toldBy(handle);
    this.#met |= told;
    this.#isKnown = isForGood;
    if (isForGood) this.#stored = told;
  }

  /** In a transaction that is open this is part of it, and may be undone. */
  #store(connection: Connection, hazards: number): void {
    const { handle, isAutocommit } = connection;
    // Another process may have added to what the file tells, and must not do so in between.
    if (isAutocommit) handle.exec("BEGIN IMMEDIATE");
    else if (connection.hasToFindTheLast) connection.lock();
    try {
      const all = this.#stored | this.#met | hazards | toldBy(handle);
      handle.exec(`PRAGMA application_id = ${ownFile | all}`);
      connection.hasStoredHazards = !isAutocommit;
      if (!isAutocommit) return;
      handle.exec("COMMIT");
      this.#stored = all;
    } catch (error) {
      if (isAutocommit && handle.inTransaction) handle.exec("ROLLBACK");
      throw error;
    }
  }
}

/** What the file tells, as the handle sees it now. */
function toldBy(handle: Handle): number {
  const row = handle.prepare("PRAGMA application_id").raw().get();
  const id = isRow(row) ? Number(row[0]) : 0;
  return (id & ~hazardBits) === ownFile ? id & hazardBits : hazard.all;
}

function hazardsOf(value: SqlValue): number {
  if (typeof value === "string") {
    if (value.includes("\0")) return hazard.all;
    return value.includes("\\") ? hazard.escapes : 0;
  }
  return value instanceof Uint8Array ? hazard.bytes : 0;
}
