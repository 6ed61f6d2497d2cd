/**
 * Tells whoever runs the server, in the form of its log, what no client can be told in full.
 *
 * @param details what else is to be known, besides the message
 */
export function report(
  { isSilent = false }: { readonly isSilent?: boolean },
  message: string,
  details: Readonly<Record<string, unknown>>,
): void {
  if (isSilent) return;
  const line = { level: 50, time: Date.now(), pid: process.pid, ...details, msg: message };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}

/** Tells of a failure that nobody can do anything about but who runs the server, or writes it. */
export function reportFailure(settings: { readonly isSilent?: boolean }, error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  report(settings, "The engine failed", { reason: message, stack });
}
