export * from "./bitbucket";
export { type CredentialSources, resolveCredentials } from "./credentials";
export { keptValue as keepSecret } from "./kinds/kept";
export * from "./sdk/lookups";
