/** Fails where the documentation names a file, a heading or a command that is not there. */
import { docsProblems } from "./lib/docs-check.ts";

const problems = await docsProblems();
if (problems !== "") {
  console.error(problems);
  process.exitCode = 1;
}
