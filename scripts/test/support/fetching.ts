/** Whether packages that only some tests need may be fetched: always in CI, elsewhere when asked to. */
export const mayFetch = process.env["CI"] !== undefined || process.env["RUNTIMES"] !== undefined;

/** What to say where one is not there. */
export const howToFetch = "not fetched yet: RUNTIMES=1 fetches it and tests it";
