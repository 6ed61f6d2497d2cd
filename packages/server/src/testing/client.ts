import { createPlatform, type Platform, type PlatformOptions } from "@logicaldb/client";

/** A client whose remembered tokens can be forgotten, since the databases that they were for are gone. */
export interface ForgetfulClient {
  readonly client: Platform;
  readonly forgetTokens: () => void;
}

/** Makes a client, as `createPlatform` does. */
export function forgetfulClient(options: PlatformOptions): ForgetfulClient {
  const first = createPlatform(options);
  // The methods that know of the tokens are those of the newest one.
  let newest = first;
  const tokens: Platform["databases"]["tokens"] = {
    ...first.databases.tokens,
    invalidateAll: (...given) => newest.databases.tokens.invalidateAll(...given),
  };
  const databases: Platform["databases"] = {
    ...first.databases,
    create: (...given) => newest.databases.create(...given),
    ensure: (...given) => newest.databases.ensure(...given),
    connect: (...given) => newest.databases.connect(...given),
    destroy: (...given) => newest.databases.destroy(...given),
    tokens,
  };
  return {
    client: { ...first, databases },
    forgetTokens: () => {
      newest = createPlatform(options);
    },
  };
}
