import { Socket } from "node:net";
import { Worker } from "node:worker_threads";
import { FrameReader } from "../engine/wire/frame-reader.ts";
import { packageRoot } from "../package-root.ts";
import { inOnePiece } from "../tools/pieces.ts";
import { limitMemory } from "./database/binding.ts";
import { Commands } from "./commands.ts";
import { tuneHeap } from "./process/heap.ts";
import { LargeReplies } from "./files/large-replies.ts";
import { watchMemory } from "./process/memory.ts";
import type { MonitorData } from "./process/monitor.ts";
import { createProgressMemory } from "./process/progress.ts";
import { leaveWorkingDirectory } from "./process/working-directory.ts";
import { descriptor, readSettings } from "../engine/wire/settings.ts";

/** An engine process: reads commands from the gateway's pipe and answers them until it closes. */
function main(): void {
  const settings = readSettings();
  const memory = createProgressMemory();
  const socket = new Socket({
    fd: descriptor.frames,
    readable: true,
    writable: true,
    // The gateway still reads when it has nothing more to say.
    allowHalfOpen: true,
  });
  const large = new LargeReplies(descriptor.largeReplies);
  const commands = new Commands(settings, socket, large, memory);
  // More than makes the process be replaced, so that only what grows too fast for that fails.
  limitMemory(Math.floor(1.5 * settings.limits.engineBytes));

  const reader = new FrameReader((first, others) =>
    commands.receive(inOnePiece([first, ...others]), reader.hasMore),
  );
  const serve = () => {
    leaveWorkingDirectory();
    socket.on("data", (chunk) => {
      reader.push(chunk);
      commands.settle();
    });
    socket.on("drain", () => commands.drained());
  };
  socket.on("end", () => commands.stop(() => process.exit(0)));
  socket.on("error", () => process.exit(1));
  // These reach the whole group of processes, at Ctrl-C, or when a terminal or a service is closed;
  // the gateway decides when this one ends.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

  const workerData: MonitorData = {
    memory,
    alertDescriptor: descriptor.alerts,
    statementTimeout: settings.statementTimeout,
  };
  const monitor = new Worker(new URL("bundle/monitor.js", packageRoot), { workerData });
  // Without it nothing would end a statement that runs for ever.
  monitor.once("error", (error) => {
    console.error(error);
    process.exit(1);
  });
  monitor.once("message", () => {
    tuneHeap();
    // A thread cannot start without the directory that is left here.
    serve();
  });
  watchMemory(settings.limits.engineBytes, () => commands.outgrown());
  commands.ready();
}

main();
