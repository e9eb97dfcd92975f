/** The questions of `init`, on a terminal. */
import { readProfiles } from "../../credentials";
import { environment } from "../../environment";
import { readCurrentBackend } from "../../scaffold";
import { UsageError } from "../shared/project";
import {
  type CredentialChoice,
  homeBackend,
  type InitAnswers,
  type InitOptions,
  isSlug,
  type SuggestedAnswers,
} from "./answers";

/** @throws {UsageError} if nobody can answer. */
export function checkTerminal(): void {
  if (!process.stdin.isTTY)
    throw new UsageError(
      "stdin is not a terminal: pass --yes, and the workspace: npx bitbucket-as-code init <folder> --workspace <slug> --yes",
    );
}

/**
 * Asks for what no option has answered.
 *
 * @returns Undefined if the user gives up.
 */
export async function askForProject(
  defaults: SuggestedAnswers,
  options: InitOptions,
): Promise<InitAnswers | undefined> {
  // An ES module: required, it would need Node 20.19.
  const clack = await import("@clack/prompts");
  const context = { output: process.stderr };
  clack.intro("A Bitbucket workspace as code", context);
  const suggested = defaults.workspace ?? "";
  const workspace =
    options.workspace ??
    (await clack.text({
      ...context,
      message: "Which workspace? Its slug, as in https://bitbucket.org/<slug>",
      ...(suggested === "" ? {} : { placeholder: suggested, defaultValue: suggested }),
      validate: (text) =>
        isSlug(text || suggested) ? undefined : 'Letters, digits, "_" and "-", as in the URL.',
    }));
  if (clack.isCancel(workspace)) return undefined;
  const language =
    options.language ??
    (options.program === undefined ? undefined : "yaml") ??
    (await clack.select({
      ...context,
      message: "How do you want to declare it?",
      initialValue: defaults.language,
      options: [
        { value: "yaml" as const, label: "YAML", hint: "defaults, profiles and rules; no program to write" },
        { value: "typescript" as const, label: "TypeScript", hint: "typed classes in a Pulumi program" },
      ],
    }));
  if (clack.isCancel(language)) return undefined;
  const source = await askForCredential(clack, context, options);
  if (source === undefined) return undefined;
  const backend =
    options.backend === undefined ? await askForBackend(clack, context) : { url: defaults.backend };
  if (backend === undefined) return undefined;
  const imports =
    options.import ??
    (await clack.confirm({
      ...context,
      message: "Import the live workspace now? It only reads from Bitbucket, and needs the credential.",
      initialValue: false,
    }));
  if (clack.isCancel(imports)) return undefined;
  clack.outro("Writing the files.", context);
  return {
    folder: defaults.folder,
    workspace,
    language,
    backend: backend.url,
    credentials: source.source,
    profile: source.profile ?? (source.source === "environment" ? undefined : workspace),
    import: imports,
  };
}

type Clack = typeof import("@clack/prompts", { with: { "resolution-mode": "import" }});
type Terminal = { readonly output: NodeJS.WriteStream };

async function askForCredential(
  clack: Clack,
  context: Terminal,
  options: InitOptions,
): Promise<{ source: CredentialChoice; profile: string | undefined } | undefined> {
  if (options.credentials !== undefined || options.profile !== undefined)
    return { source: options.credentials ?? "environment", profile: options.profile };
  const profiles = Object.keys(readProfiles(environment()).profiles);
  const chosen = await clack.select<string>({
    ...context,
    message: "Where does the token come from?",
    options: [
      { value: "environment", label: "Environment variables", hint: "BITBUCKET_EMAIL and BITBUCKET_TOKEN" },
      { value: "keychain", label: "The keychain of this machine", hint: "stored with auth login" },
      { value: "pass", label: "The password store pass", hint: "stored with auth login" },
      ...profiles.map((name) => ({ value: `profile ${name}`, label: `The profile ${name}` })),
    ],
  });
  if (clack.isCancel(chosen)) return undefined;
  if (chosen.startsWith("profile ")) return { source: "environment", profile: chosen.slice(8) };
  return { source: chosen === "keychain" || chosen === "pass" ? chosen : "environment", profile: undefined };
}

async function askForBackend(
  clack: Clack,
  context: Terminal,
): Promise<{ url: string | undefined } | undefined> {
  const current = readCurrentBackend(environment());
  const chosen = await clack.select({
    ...context,
    message: "Where is the state stored?",
    initialValue: current === undefined ? "home" : "login",
    options: [
      { value: "home", label: "On this machine", hint: "in ~/.pulumi: to begin with, or for one person" },
      { value: "cloud", label: "Pulumi Cloud", hint: "https://app.pulumi.com" },
      { value: "url", label: "A bucket or database", hint: "S3, Google Cloud Storage, Azure, PostgreSQL" },
      {
        value: "login",
        label: "Where pulumi login says",
        ...(current === undefined ? {} : { hint: current.replace(/\/\/[^/@]*@/, "//") }),
      },
    ],
  });
  if (clack.isCancel(chosen)) return undefined;
  if (chosen === "home") return { url: homeBackend };
  if (chosen === "cloud") return { url: "https://api.pulumi.com" };
  if (chosen === "login") return { url: undefined };
  const url = await clack.text({
    ...context,
    message: "The URL of the backend",
    placeholder: "s3://bucket?region=eu-central-1",
    validate: (text) =>
      /^[a-z0-9]+:\/\/./.test(text ?? "") ? undefined : "A URL: s3://…, gs://…, azblob://…",
  });
  return clack.isCancel(url) ? undefined : { url };
}
