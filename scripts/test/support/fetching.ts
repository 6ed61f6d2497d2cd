/** What to say of a test whose tools are not there. */
export const howToFetch = "its tools are not fetched yet: pnpm fetch:tools does";
