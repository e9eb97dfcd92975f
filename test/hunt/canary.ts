/** A secret that a test leaks on purpose, in every way: if the hunt misses one of them, it is blind. */
import { hasProcessList } from "./places";
import type { LeakedSecret } from "./search";

export const canary = "canary-\u00e9-of-the-hunt-for-secrets";

/** The ways to leak, each with the files in which it shows. */
export const ways: Readonly<Record<string, (finding: LeakedSecret) => boolean>> = {
  "a program's output": ({ file, context }) => file.startsWith("programs/") && context.includes("printed"),
  "a program's arguments": ({ file, context }) => file.startsWith("programs/") && context.includes("given"),
  "a removed file": ({ file }) => file.startsWith("removed/"),
  "a file that is left": ({ file }) => file.startsWith("temporary/"),
  ...(hasProcessList
    ? { "the list of processes": ({ file }: LeakedSecret) => file === "processes.txt" }
    : {}),
  "a request": ({ file }) => file === "requests.txt",
};
