/** `init`: writes files that a project begins with. */
import { Command } from "commander";
import { examples } from "../shared/examples";
import { initPipelinesCommand } from "./pipelines";

export function initCommand(): Command {
  const init = new Command("init").description("Write files that a project begins with");
  init.addCommand(initPipelinesCommand());
  return examples(init, ["bitbucket-as-code init pipelines"]);
}
