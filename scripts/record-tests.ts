import { recordTests } from "./lib/released-tests.ts";
import { fromRoot } from "./lib/root.ts";

/** Keeps the tests of the client as they are released: `pnpm typecheck` compiles them ever after. */
const names = await recordTests(
  fromRoot("packages/client/test"),
  fromRoot("packages/client/released"),
);
console.log(`recorded ${names.length} files of the client's tests in packages/client/released`);
