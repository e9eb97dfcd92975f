/** Starts the plugin's bundle, as the executable in the folder `plugin` does. */
import { join } from "node:path";
import { environment } from "../environment/process";
import { runCompiled } from "../process/compiledCode";
import { cacheRoot } from "../pulumi/binary/cacheRoot";

runCompiled(join(__dirname, "plugin.cjs"), join(cacheRoot(environment()), "compiled", "plugin"));
