import { currentBundle } from "./breaking.ts";
import { runTool } from "./tool.ts";

// What `redocly score` said when this was last improved. Raise it when it improves again.
const floor = 93;

/** Why the contract scores lower than it did, by `redocly score`; nothing where it does not. */
export async function scoreProblems(bundle: string = currentBundle): Promise<string> {
  const { ok, output } = await runTool("redocly", ["score", bundle, "--format=json"]);
  const score = /"agentReadiness": ([\d.]+)/.exec(output)?.[1];
  if (!ok || score === undefined) return `redocly score failed:\n${output}`;
  if (Number(score) >= floor) return "";
  const [subscores = ""] = /"subscores": \{[^}]*\}/.exec(output) ?? [];
  return `The contract scores ${score} of 100, below ${floor}: ${subscores}`;
}
