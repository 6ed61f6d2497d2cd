import { buildAll } from "../../lib/build.ts";

/** The tests run against what people get: the bundle of the server, and the site. */
export default buildAll;
