import { cpus } from "node:os";

/** One measurement with its goals. */
export interface Row {
  readonly name: string;
  readonly unit: "requests/s" | "ms" | "MB";
  readonly own: number;
  readonly peer?: number;
  readonly ceiling?: number;
  /** How many times as good as sqld. */
  readonly timesPeer?: number;
  /** Against the ceiling. */
  readonly ofCeiling?: number;
  readonly goals: {
    readonly timesPeer?: number;
    readonly ofCeiling?: number;
    /** The most, in the unit. */
    readonly most?: number;
  };
}

/** The machine, in a line. */
export function heading(): string {
  const [cpu] = cpus();
  return `${cpu?.model ?? "unknown processor"}, ${cpus().length} cores, Node ${process.version}`;
}

/** The rows as a table in Markdown. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { goals } = row;
    return [
      row.name,
      `${figure(row.own)} ${row.unit}`,
      row.peer === undefined ? "" : row.peer === 0 ? "stalled" : figure(row.peer),
      ratio(row.timesPeer, goals.timesPeer, "×"),
      row.ceiling === undefined ? "" : figure(row.ceiling),
      ratio(row.ofCeiling, goals.ofCeiling, ""),
      goals.most === undefined ? "" : `≤ ${goals.most}`,
    ];
  });
  const header = ["case", "logicaldb", "sqld", "ratio", "ceiling", "ratio", "goal"];
  return [header, ["---", ...header.slice(1).map(() => "--:")], ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

function ratio(value: number | undefined, goal: number | undefined, sign: string): string {
  if (value === undefined) return "";
  const reached = `${value.toFixed(value < 10 ? 2 : 1)}${sign}`;
  return goal === undefined ? reached : `${reached} (goal ${goal}${sign})`;
}

function figure(value: number): string {
  return value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString("en");
}
