/** The environment that a provider's settings replace. */
import { pieceNames } from "../credentials/source";
import { type EnvironmentVariable, variables as environmentVariables } from "../environment";
import { type ConfigName, configNames } from "../model/providerConfig";

/** The environment variables that are used if an argument is missing. */
export const variables = Object.fromEntries(
  configNames.map((name) => [name, variablesFor(name)]),
) as Readonly<Record<ConfigName, readonly string[]>>;

function variablesFor(name: ConfigName): readonly string[] {
  if (name === "profile") return ["BITBUCKET_PROFILE"];
  const all: readonly (readonly [string, EnvironmentVariable])[] = Object.entries(environmentVariables);
  return all.flatMap(([variable, { setting }]) => (setting === name ? [variable] : []));
}

/** The arguments that hold the credential. */
const credential: readonly ConfigName[] = [...pieceNames, "profile"];

/** Other sources of a credential. */
const otherCredentials = ["BITBUCKET_PASSWORD", "BITBUCKET_OAUTH_TOKEN"];

/**
 * The environment of a provider's client, without the variables that its arguments replace: two providers in
 * one program have two credentials, whatever the environment holds.
 */
export function environmentBeside(
  config: Partial<Record<ConfigName, unknown>>,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const given = configNames.filter((name) => config[name] !== undefined);
  const isCredentialGiven = (["token", "oauthClientSecret", "profile"] as const).some((name) =>
    given.includes(name),
  );
  // An e-mail address or a type belongs to its token: alone, it completes a token of the environment and replaces nothing.
  const replacing = given.filter((name) => !credential.includes(name));
  const hidden = new Set([
    ...replacing.flatMap((name) => variables[name]),
    ...(isCredentialGiven ? [...credential.flatMap((name) => variables[name]), ...otherCredentials] : []),
  ]);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !hidden.has(name)));
}
