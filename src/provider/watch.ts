/**
 * Loaded by every Node process of a run that a command of ours has started (`--require` in NODE_OPTIONS): so that a
 * provider's process ends with its engine also where that was killed before the first call came. It loads nothing else.
 */
import { exitWhenEngineDies, exitWhenProgramEngineDies } from "./orphan";

const script = process.argv[1] ?? "";

if (script.includes("dynamic-provider")) exitWhenEngineDies(process.argv[2]);
else if (/[/\\]cmd[/\\]run/.test(script)) exitWhenProgramEngineDies();
