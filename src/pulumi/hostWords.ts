/** What a language host says besides the reason of a problem: no user of the commands has a use for it. */

/** A host that is not beside the engine: the commands look for it on PATH, and set it up there. */
const where = /^\s*(?:warning: )?using pulumi-language-[\w-]+ from \$PATH at /;

/** The YAML host's words for a program that its provider has refused, with a message of its own. */
const refused =
  /invocation of bitbucket-cloud:index:openProgram returned an error: .*see the other message|^Error registering variable \[compiled_*Program\]/;

/** The YAML host's words before what its compiler says. */
const beforeCompilers =
  /^(?:an unhandled error occurred: )?error running compiler \S+: exit status \d+, stderr follows: /;

/** Returns a message without the words that introduce what the compiler says. */
export function removeIntroduction(text: string): string {
  return text.replace(beforeCompilers, "");
}

/**
 * The engine's words for creations of an earlier run whose outcome it does not know. They continue with other commands.
 * https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/deployment.go
 */
const interrupted = /^Attempting to deploy or update resources with \d+ pending operations/;

/** Whether a message says that the state holds interrupted operations. */
export function tellsOfInterrupted(text: string): boolean {
  return interrupted.test(text);
}

/** Whether a message says only where the language host is. */
export function tellsOfHost(text: string): boolean {
  return where.test(text);
}

/** Whether a message only points to another one, in which the provider says why it refuses a compiled program. */
export function pointsToRefusal(text: string): boolean {
  return refused.test(text);
}

/**
 * The engine's words, with an update plan, for a resource that a run has not come to.
 * https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/deployment_executor.go
 */
const notReached = /^expected resource operations for \S+ but none were seen$/;

/** Whether a message only says that a run ended before it came to a resource of its plan. */
export function tellsOfNotReached(text: string): boolean {
  return notReached.test(text);
}
