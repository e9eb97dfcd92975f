/** The library: typed resource classes for Pulumi programs, and the client behind them. */
export * from "./bitbucket";
export { type CredentialSources, resolveCredentials } from "./credentials";
export * from "./lookups";
export type { ArgsOf, Deep, LocationArgs, ResourceClass, ResourceOf } from "./resource";
export * from "./resources";
