/** Whether tests may fetch packages that few need by themselves. */
export const mayFetch = process.env["CI"] !== undefined;

/** What to say where one is not there. */
export const howToFetch = "not fetched yet: pnpm fetch:tools fetches it";
