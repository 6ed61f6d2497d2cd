import type { RowSink } from "../../hrana/session.ts";

/**
 * Takes the rows of `PRAGMA database_list` (number, name, file) and leaves out where on this
 * machine the file lies, as SQLite does for databases without one.
 */
export function withoutHostPaths(sink: RowSink): RowSink {
  return {
    begin: (columns) => sink.begin(columns),
    row: ([number = null, name = null]) => sink.row([number, name, ""]),
    pause: () => sink.pause(),
  };
}
