/** What `init` is told: the types, the defaults and the checks. */
import { basename } from "node:path";
import { readProfiles } from "../../credentials";
import { environment } from "../../environment";
import { type ProjectDescription, readCurrentBackend } from "../../scaffold";
import { UsageError } from "../shared/project";

export interface InitOptions {
  readonly workspace?: string;
  readonly language?: ProjectDescription["language"];
  readonly program?: NonNullable<ProjectDescription["program"]>;
  readonly backend?: string;
  readonly credentials?: CredentialChoice;
  readonly profile?: string;
  readonly package?: string;
  readonly import?: boolean;
  readonly install: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export const credentialChoices = ["environment", "keychain", "pass"] as const;
export type CredentialChoice = (typeof credentialChoices)[number];

/** What `init` does, once everything is answered. */
export interface InitAnswers {
  readonly folder: string;
  readonly workspace: string;
  readonly language: ProjectDescription["language"];
  /** A URL; undefined: what `pulumi login` has chosen. */
  readonly backend: string | undefined;
  readonly credentials: CredentialChoice;
  /** A profile that exists, or that `auth login` is to write. */
  readonly profile: string | undefined;
  readonly import: boolean;
}

/** The answers without prompts. */
export type SuggestedAnswers = Omit<InitAnswers, "workspace"> & { readonly workspace?: string };

/** The state of the user's home: it outlives the project's folder, and a kill leaves no broken file beside it. */
export const homeBackend = "file://~?metadata=skip";

export function defaultAnswers(root: string, options: InitOptions): SuggestedAnswers {
  if (options.program !== undefined && options.language === "typescript")
    throw new UsageError("--program says what runs YAML: leave it out, or --language typescript.");
  const env = environment();
  const profiles = readProfiles(env);
  const profile = options.profile;
  if (profile !== undefined && !profiles.profiles[profile] && options.credentials === undefined)
    throw new UsageError(
      `There is no profile "${profile}". Add --credentials keychain or --credentials pass to create it, or name one of these: ${Object.keys(profiles.profiles).join(", ") || "there is none yet"}.`,
    );
  const workspace =
    options.workspace ??
    (profile === undefined ? undefined : profiles.profiles[profile]?.workspace) ??
    env.BITBUCKET_WORKSPACE ??
    (isSlug(basename(root)) ? basename(root) : undefined);
  if (options.workspace !== undefined) checkSlug(options.workspace);
  const credentials = options.credentials ?? "environment";
  const backend = options.backend ?? (readCurrentBackend(env) === undefined ? homeBackend : "login");
  return {
    folder: root,
    ...(workspace === undefined ? {} : { workspace }),
    language: options.language ?? "yaml",
    backend: checkBackend(backend),
    credentials,
    profile: profile ?? (credentials === "environment" ? undefined : workspace),
    import: options.import === true,
  };
}

export function requireWorkspace(answers: SuggestedAnswers): InitAnswers {
  const { workspace } = answers;
  if (workspace !== undefined) return { ...answers, workspace };
  throw new UsageError(
    `Which workspace? The folder's name is no workspace: pass --workspace <slug>, as in https://bitbucket.org/<slug>.`,
  );
}

/** Bitbucket's own rule: letters, digits, underscores and dashes. */
export function isSlug(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,62}$/.test(text);
}

function checkSlug(text: string): void {
  if (!isSlug(text))
    throw new UsageError(
      `--workspace ${JSON.stringify(text)}: give the slug from its URL, https://bitbucket.org/<slug>: letters, digits, "_" and "-".`,
    );
}

function checkBackend(text: string): string | undefined {
  if (text === "login") return undefined;
  if (/^(file|s3|gs|azblob|https?|postgres(ql)?):\/\/./.test(text)) return text;
  throw new UsageError(
    `--backend ${text}: give the URL of a backend (s3://…, gs://…, azblob://…, https://api.pulumi.com, file://…), or "login". ` +
      "See https://www.pulumi.com/docs/iac/concepts/state-and-backends/",
  );
}
