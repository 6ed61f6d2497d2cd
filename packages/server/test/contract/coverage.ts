import { type OperationId, operationTable } from "@logicaldb/contract";

/** How a documented status was reached: by what really causes it, or by a fault asked for. */
export type Cause = "real" | "fault";

/** Which documented statuses of which operations were seen on the wire. */
export class Coverage {
  readonly #seen = new Map<string, Cause>();

  /** Notes an answer that was received. */
  add(operationId: OperationId, status: number, cause: Cause): void {
    const cell = `${operationId} ${status}`;
    if (this.#seen.get(cell) !== "real") this.#seen.set(cell, cause);
  }

  /** The cells of the table that nothing reached. */
  missing(): string[] {
    return Object.values(operationTable).flatMap(({ operationId, statuses }) =>
      statuses.map((status) => `${operationId} ${status}`).filter((cell) => !this.#seen.has(cell)),
    );
  }

  /** The table as Markdown, in columns of equal width. */
  toMarkdown(): string {
    const rows = Object.values(operationTable);
    const statuses = [...new Set(rows.flatMap((row): readonly number[] => row.statuses))];
    statuses.sort((one, other) => one - other);
    const table = [
      ["operation", ...statuses.map(String)],
      ...rows.map(({ operationId, statuses: documented }) => [
        `\`${operationId}\``,
        ...statuses.map((status) =>
          [...documented].some((each) => each === status) ? this.#mark(operationId, status) : "",
        ),
      ]),
    ];
    const widths = (table[0] ?? []).map((_, column) =>
      Math.max(...table.map((row) => row[column]?.length ?? 0)),
    );
    const line = (row: readonly string[]) =>
      `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
    const [head = [], ...body] = table;
    const rule = line(widths.map((width) => "-".repeat(width)));
    return [line(head), rule, ...body.map(line), ""].join("\n");
  }

  #mark(operationId: OperationId, status: number): string {
    return this.#seen.get(`${operationId} ${status}`) ?? "none";
  }
}
