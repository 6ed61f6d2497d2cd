import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { startWorkerd } from "./workerd.ts";

await build({
  entryPoints: [fileURLToPath(new URL("worker.ts", import.meta.url))],
  outfile: fileURLToPath(new URL("../dist/worker.js", import.meta.url)),
  bundle: true,
  format: "esm",
  conditions: ["workerd", "worker", "browser"],
});

const { url, stop } = await startWorkerd();
for (const method of ["PUT", "POST", "POST", "DELETE", "POST"]) {
  const response = await fetch(`${url}/ada`, { method });
  console.log(method, "/ada", response.status, await response.text());
  if (response.status >= 500) process.exitCode = 1;
}
stop();
