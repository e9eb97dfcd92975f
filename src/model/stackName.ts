/** The name of a Pulumi stack without its organization and its project: `acme` of `acme-org/bitbucket/acme`. */
export function toStackName(qualified: string): string {
  return qualified.slice(qualified.lastIndexOf("/") + 1);
}
