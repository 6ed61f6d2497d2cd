#!/usr/bin/env node
// A file that is there before the package is built, so that package managers can link the command.
import "../bundle/cli.js";
