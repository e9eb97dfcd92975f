/** Warnings of the dynamic provider: the engine shows what the provider's process prints as information only. */

/** Shows a warning to the user, or prints it where no engine takes it. The host gets the engine's address as its argument. */
export async function warn(text: string): Promise<void> {
  // What it takes is loaded with the first line: most commands show none.
  const { warn: tell } = require("../wire/tell") as typeof import("../wire/tell");
  await tell(text, { engine: process.argv[2] });
}
