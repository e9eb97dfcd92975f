/** Text that any format can hold, and words that several reports have. */
import { formatCount } from "../errors/count";

/** Text without lone surrogates, which no encoding can hold. */
export function replaceLoneSurrogates(text: string): string {
  return text.replace(/\p{Cs}/gu, "\ufffd");
}

/** `CORE / gateway`; the workspace where it is in none. */
export function formatPlace(
  {
    project,
    repository,
  }: { readonly project?: string | undefined; readonly repository?: string | undefined },
  workspace: string,
): string {
  const name = [project, repository].filter((part) => part !== undefined).join(" / ");
  return name === "" ? `workspace ${workspace}` : name;
}

/** `12 requests in 3.4 s` */
export function formatCost({
  requests,
  seconds,
}: {
  readonly requests: number;
  readonly seconds: number;
}): string {
  return `${formatCount(requests, "request")} in ${seconds.toFixed(1)} s`;
}

/** `2027-01-31 17:05 UTC` */
export function formatMinute(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}
