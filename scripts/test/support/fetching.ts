/** What to say of a test that needs packages which are not there. */
export const howToFetch = "needs packages that are not fetched yet: pnpm fetch:tools does";
