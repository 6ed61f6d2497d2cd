/**
 * Resolves when a server has read all that was sent to it before, however busy the machine is, and
 * has heard of the connections that were closed.
 */
export async function hasRead({ url }: { readonly url: string }): Promise<void> {
  const ask = async () => await (await fetch(new URL("/_local/health", url))).arrayBuffer();
  // By the time of the second, what came before the first is no longer a connection to be accepted.
  await ask();
  await ask();
}
