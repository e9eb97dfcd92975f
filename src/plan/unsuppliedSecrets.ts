/** The messages about secrets that are not supplied yet. */
import { type DesiredResource, isSecretReference, type SecretReference } from "../desired";
import { UserError } from "../errors";
import { formatCount } from "../errors/count";
import { keptValue } from "../kinds/kept";

/** Names that are shown, at most. */
const fewNames = 20;

const neededWhat = "and required for what is not in the state:";

const wayOut =
  "Supply them. What exists in Bitbucket keeps its values if you import it: npx bitbucket-as-code import.";

/** Secrets that are not supplied yet, where what has them is to be created. */
export class UnsuppliedSecretError extends UserError {
  constructor(readonly lines: string) {
    super(`${lines}\nNothing was changed.`);
  }
}

/** The messages about secrets that are not supplied yet, in lines. */
interface UnsuppliedSecrets {
  /** Names the values that stay as they are on the server. */
  readonly kept?: string | undefined;
  /** Names the values without which nothing can be created. */
  readonly needed?: string | undefined;
}

/**
 * Names the values that are not supplied yet, with how to supply them.
 *
 * @param secrets What was found for each reference.
 * @param isHeld Whether the state has the resource.
 * @param stack The Pulumi stack whose configuration supplies them.
 */
export function describeUnsupplied(
  resources: readonly DesiredResource[],
  secrets: ReadonlyMap<unknown, string>,
  isHeld: (resource: DesiredResource) => boolean,
  stack: string,
): UnsuppliedSecrets {
  const missing = resources.flatMap((resource) =>
    Object.entries(resource.args).flatMap(([field, value]) =>
      isSecretReference(value) && secrets.get(value) === keptValue
        ? [
            {
              resource,
              line: `  - ${field} of the ${resource.kind.title} ${resource.name}: ${describeHowToSupply(value, stack)}`,
            },
          ]
        : [],
    ),
  );
  const linesOf = (held: boolean) =>
    missing.flatMap(({ resource, line }) => (isHeld(resource) === held ? [line] : []));
  const [kept, needed] = [linesOf(true), linesOf(false)];
  return {
    kept: formatLines(kept, `and unchanged: ${kept.length === 1 ? "it is" : "they are"} on the server:`),
    needed: needed.length === 0 ? undefined : `${formatLines(needed, neededWhat)}\n${wayOut}`,
  };
}

function formatLines(lines: readonly string[], what: string): string | undefined {
  if (lines.length === 0) return undefined;
  const rest = lines.length - fewNames;
  return [
    `${formatCount(lines.length, "secret value is", "secret values are")} not supplied yet, ${what}`,
    ...lines.slice(0, fewNames),
    ...(rest > 0 ? [`  … and ${rest} more`] : []),
  ].join("\n");
}

/**
 * How a user supplies a secret.
 *
 * @param stack The Pulumi stack whose configuration supplies it.
 */
export function describeHowToSupply(
  { source, name }: Pick<SecretReference, "source" | "name">,
  stack: string,
): string {
  switch (source) {
    case "fromConfig":
      return `pulumi config set --secret ${name} --stack ${stack}`;
    case "fromEnv":
      return `the environment variable ${name}`;
    case "fromPass":
      return `pass insert ${name}`;
    case "fromFile":
      return `the file ${name}`;
    case "fromBitbucket":
      return `Bitbucket: ${name}`;
  }
}
