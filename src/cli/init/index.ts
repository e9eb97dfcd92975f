/** `init`: writes the first files of a project. */
import { Command } from "commander";
import { addExamples } from "../shared/examples";
import { createInitPipelinesCommand } from "./pipelines";

export function createInitCommand(): Command {
  const init = new Command("init").description("Write files that a project begins with");
  init.addCommand(createInitPipelinesCommand());
  return addExamples(init, ["bitbucket-as-code init pipelines"]);
}
