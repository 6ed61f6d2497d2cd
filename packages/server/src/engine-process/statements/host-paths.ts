import type { RowSink } from "../../hrana/session.ts";

/**
 * Takes the rows of `PRAGMA database_list` (number, name, file) and leaves out where on this
 * machine the file lies, as SQLite does for databases without one. There is a second row where
 * somebody has looked into the temporary schema of the connection, which nobody can use.
 */
export function withoutHostPaths(sink: RowSink): RowSink {
  return {
    begin: (columns) => sink.begin(columns),
    row: ([number = null, name = null]) => {
      if (name === "main") sink.row([number, name, ""]);
    },
    pause: () => sink.pause(),
  };
}
