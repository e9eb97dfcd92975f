/** The preview's message about secrets that are not supplied yet. */
import { type DesiredResource, isSecretReference, type SecretReference } from "../desired";
import { formatCount } from "../errors/count";
import { keptValue } from "../kinds/kept";

/** Names that are shown, at most. */
const fewNames = 20;

/**
 * A warning that names the values that stay as they are on the server, with how to supply them; or undefined.
 *
 * @param secrets What was found for each reference.
 * @param stack The Pulumi stack whose configuration supplies them.
 */
export function describeUnsupplied(
  resources: readonly DesiredResource[],
  secrets: ReadonlyMap<unknown, string>,
  stack: string,
): string | undefined {
  const missing = resources.flatMap(({ kind, name, args }) =>
    Object.entries(args).flatMap(([field, value]) =>
      isSecretReference(value) && secrets.get(value) === keptValue
        ? [`  - ${field} of the ${kind.title} ${name}: ${describeHowToSupply(value, stack)}`]
        : [],
    ),
  );
  if (missing.length === 0) return undefined;
  const rest = missing.length - fewNames;
  return [
    `${formatCount(missing.length, "secret value is", "secret values are")} not supplied yet, and unchanged: ` +
      `${missing.length === 1 ? "it is" : "they are"} on the server:`,
    ...missing.slice(0, fewNames),
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
