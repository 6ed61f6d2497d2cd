/** No engine process could be started, however often that was tried. */
export class EngineCannotStart extends Error {
  override readonly name = "EngineCannotStart";

  constructor() {
    super(
      "The processes that run SQL end before they serve. What they printed says why; where there is " +
        "nothing, the machine has no memory or no files left for them, or, in Bun, no `node`",
    );
  }
}
