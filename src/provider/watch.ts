/**
 * Loaded by every Node process of a run that a command of ours has started (`--require` in NODE_OPTIONS): so that a
 * provider's process ends with its engine also where that was killed before the first call came, and loads of Pulumi's
 * SDK what it uses. It loads nothing else.
 */
import "../pulumi/lightSdk";
import { exitWhenEngineDies, exitWhenProgramEngineDies } from "./orphan";

const script = process.argv[1] ?? "";

if (/dynamic-provider|pulumi-resource-pulumi-nodejs/.test(script)) exitWhenEngineDies(process.argv[2]);
else if (/[/\\]cmd[/\\]run/.test(script)) exitWhenProgramEngineDies();
