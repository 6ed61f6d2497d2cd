#!/usr/bin/env node
// A file that is there before the package is built, so that package managers can link the command.
import module from "node:module";

// Node 22 and later keep what they compiled: the next start is faster.
module.enableCompileCache?.();
await import("../bundle/cli.js");
