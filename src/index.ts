/** The library: typed resource classes for Pulumi programs, and the client behind them. */
export * from "./bitbucket";
export { type CredentialSources, resolveCredentials } from "./credentials";
/** In place of a secret that is not supplied yet: what Bitbucket has is left alone. */
export { keptValue as keepSecret } from "./kinds/kept";
export * from "./sdk/lookups";
export type { ArgsOf, Deep, LocationArgs, ResourceClass, ResourceOf } from "./sdk/resource";
export * from "./sdk/resources";
