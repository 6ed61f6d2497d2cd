import { type Engine, EngineError } from "../engine/engine.ts";

interface Answer {
  readonly results?: readonly { readonly error?: { readonly message: string } }[];
  readonly message?: string;
}

/**
 * Runs statements on a database, one after the other.
 *
 * @throws Error with what the engine says against one of them
 */
export async function runSql(
  engine: Pick<Engine, "request">,
  databaseId: string,
  sql: string,
): Promise<void> {
  const requests = [{ type: "sequence", sql }, { type: "close" }];
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
      },
    );
  });
  const message = answer.message ?? answer.results?.find(({ error }) => error)?.error?.message;
  if (message !== undefined) throw new Error(message);
}
