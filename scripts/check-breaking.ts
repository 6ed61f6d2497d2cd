/**
 * Compares the contract with the bundle that was released last, and fails where it would break
 * clients without a version that says so. `--bundle` names another contract than the current one;
 * `--record` keeps the contract as released.
 */
import { parseArgs } from "node:util";
import { breakingProblems, currentBundle, recordRelease } from "./lib/breaking.ts";

const { values } = parseArgs({
  options: {
    bundle: { type: "string", default: currentBundle },
    record: { type: "boolean", default: false },
  },
});

const problems = await breakingProblems(values.bundle);
if (problems !== "") {
  console.error(problems);
  process.exitCode = 1;
} else if (values.record) {
  console.log(`recorded ${await recordRelease(values.bundle)}`);
}
