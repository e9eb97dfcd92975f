/** Which source's credential is used, and which are not. */
import { type Credentials, formatOrigin } from "../bitbucket";
import { type CredentialLookup, isCandidate, originOfCredential, type SourceLookup } from "../credentials";
import { type DoctorFinding, note, ok } from "./finding";

/** What is found of the sources before any check of the credential. */
export function checkSources(found: CredentialLookup): DoctorFinding[] {
  const { winner, profile } = found;
  const others = found.looked.filter((one) => one !== winner && isCandidate(one));
  return [
    ...(profile ? [checkProfile(found, `The profile ${profile.name}, set by ${profile.chosenBy}`)] : []),
    ...(winner?.notes ?? []).map((text) => note("names", text)),
    ...(winner && others.length > 0
      ? [
          note(
            "other credentials",
            `Not used, because ${winner.source.title} comes first: ${others.map(describeSource).join("; ")}`,
            '"npx bitbucket-as-code auth status" shows the order of all sources.',
          ),
        ]
      : []),
  ];
}

/** What is used of a profile: its credential, some of its settings, or nothing. */
function checkProfile({ winner, profile, api, pieces }: CredentialLookup, text: string): DoctorFinding {
  if (!winner || isOfProfile(winner)) return ok("profile", text);
  const used = Object.values(pieces)
    .filter((piece) => piece && isOfProfile(piece))
    .map((piece) => piece?.from ?? "");
  if (api.origin === "profile") used.push(api.from);
  const secret = describeSource(winner);
  return used.length > 0
    ? note(
        "profile",
        `${text}. Only this of it is used: ${used.join(", ")}. The credential is from ${secret}`,
      )
    : note(
        "profile",
        `${text}, is not used: ${secret} comes first`,
        `To use it, pass --profile ${profile?.name} or set BITBUCKET_PROFILE=${profile?.name}.`,
      );
}

/** The credential that is used. Names each source if its parts come from several, as the error of a rejected one does. */
export function describeUse(found: CredentialLookup, credentials: Credentials): DoctorFinding {
  const origin = originOfCredential({ ...found, credentials });
  const text = `Uses a credential of the type ${credentials.type}`;
  if (origin.elsewhere.length > 0) return note("credential", `${text}. ${formatOrigin(origin)}`);
  return ok(
    "credential",
    `${text}, from ${origin.from}${found.winner ? ` (${found.winner.source.title})` : ""}`,
  );
}

function isOfProfile({ source }: Pick<SourceLookup, "source">): boolean {
  return source.name === "profile" || source.name === "default profile";
}

function describeSource(one: SourceLookup): string {
  return `${nameSecret(one)} (${one.source.title})`;
}

function nameSecret({ pieces }: SourceLookup): string {
  return (pieces.token ?? pieces.oauthClientSecret)?.from ?? "";
}
