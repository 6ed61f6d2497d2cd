import { dirname } from "node:path/posix";
import { asRecord } from "./json.ts";

/**
 * A manifest with the repository that a workflow of GitHub Actions runs in; elsewhere as it is.
 *
 * @param manifest its path from the root
 */
export function withRepository(text: string, manifest: string, env: NodeJS.ProcessEnv): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = env;
  if (server === undefined || name === undefined) return text;
  const repository = {
    type: "git",
    url: `git+${server}/${name}.git`,
    directory: dirname(manifest),
  };
  const contents = asRecord(JSON.parse(text), manifest);
  return `${JSON.stringify({ ...contents, repository }, null, 2)}\n`;
}
