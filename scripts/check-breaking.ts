/**
 * Compares the contract with the bundle that was released last, and fails where it would break
 * clients without a version that says so. `--bundle` names another contract than the current one;
 * `--record` keeps the contract as released.
 */
import { parseArgs } from "node:util";
import {
  compareBundles,
  currentBundle,
  isAnnounced,
  lastRelease,
  recordRelease,
} from "./lib/breaking.ts";

const { values } = parseArgs({
  options: {
    bundle: { type: "string", default: currentBundle },
    record: { type: "boolean", default: false },
  },
});

const comparison = await compareBundles(await lastRelease(), values.bundle);
const { released, current, needed, breaking } = comparison;
if (!isAnnounced(comparison)) {
  console.error(
    `${current} breaks clients of ${released}:\n  ${breaking.join("\n  ")}\n` +
      `Undo it, or set info.version in openapi/openapi.yaml to ${needed} or higher.`,
  );
  process.exitCode = 1;
} else if (values.record) {
  console.log(`recorded ${await recordRelease(values.bundle)}`);
} else {
  console.log(`${current} breaks nothing of ${released} that its version does not announce`);
}
