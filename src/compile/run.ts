/** The second call of the compiler, apart from `main`: all that it loads is one file. */
import { errorText, UserError } from "../errors";
import { projectFolder } from "../kinds/projectFolder";
import { keepCompiled } from "../process/keepCompiled";
import { compileProgram, formatTemplate } from "./index";

/** Prints the program of the folder's stack; problems are written to standard error, and set the exit code. */
export async function run(): Promise<void> {
  try {
    process.stdout.write(formatTemplate(await compileProgram(projectFolder())));
    keepCompiled();
  } catch (error) {
    process.stderr.write(`${errorText(error)}\n`);
    process.exitCode = error instanceof UserError ? error.exitCode : 1;
  }
}
