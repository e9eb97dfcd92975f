/** Starts the plugin's bundle, as the executable in the folder `plugin` does. */
import { join } from "node:path";
import { environment } from "../environment/process";
import { cacheRoot } from "../pulumi/binary/cacheRoot";
import { runCompiled } from "./compiledCode";

runCompiled(join(__dirname, "plugin.cjs"), join(cacheRoot(environment()), "compiled", "plugin"));
