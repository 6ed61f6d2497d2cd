#!/usr/bin/env node
// A file that is there before the package is built, so that package managers can link the command.
import module from "node:module";
import v8 from "node:v8";

// Node 22 and later keep what they compiled: the next start is faster.
module.enableCompileCache?.();
// Pieces of bodies are garbage as soon as they have gone out, but V8 counts them among what is old:
// with the little room that a small heap gets, it would collect everything many times a second.
v8.setFlagsFromString("--heap-growing-percent=300");
await import("../bundle/cli.js");
