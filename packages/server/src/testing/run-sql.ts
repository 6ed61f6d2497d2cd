import { type Engine, EngineError } from "../engine/engine.ts";

interface Answer {
  readonly results?: readonly {
    readonly error?: { readonly message: string };
    readonly response?: { readonly is_autocommit?: boolean };
  }[];
  readonly message?: string;
}

/**
 * Runs statements on a database, one after the other.
 *
 * @throws Error with what the engine says against one of them, or where they leave a transaction open
 */
export async function runSql(
  engine: Pick<Engine, "request">,
  databaseId: string,
  sql: string,
): Promise<void> {
  const requests = [{ type: "sequence", sql }, { type: "get_autocommit" }, { type: "close" }];
  const body = Buffer.from(JSON.stringify({ requests }));
  const answer = await new Promise<Answer>((resolve, reject) => {
    engine.request(
      { endpoint: "pipeline3", databaseId, access: "full-access", body },
      {
        whole: (_status, pieces) => resolve(JSON.parse(Buffer.concat(pieces).toString())),
        fail: (failure) => reject(new EngineError(failure)),
        // Pipelines are answered whole.
        start: () => {},
        part: (_pieces, passed) => passed(),
        end: () => {},
        // Nobody leaves.
        dropped: () => {},
      },
    );
  });
  const message = answer.message ?? answer.results?.find(({ error }) => error)?.error?.message;
  if (message !== undefined) throw new Error(message);
  if (answer.results?.some(({ response }) => response?.is_autocommit === false) === true) {
    throw new Error("The SQL leaves a transaction open, which would be undone: end it with COMMIT");
  }
}
