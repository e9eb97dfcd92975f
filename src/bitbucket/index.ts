export { closedWorkspaceHint } from "./answerError";
export { checkBaseUrl, defaultBaseUrl } from "./baseUrl";
export { Budget, type Limit, type LimitShare, limitOf } from "./budget";
export {
  type Client,
  type ClientOptions,
  createClient,
  type GetOptions,
  type OpenOptions,
  type ReadClient,
} from "./client";
export {
  type CredentialOrigin,
  type CredentialPart,
  type CredentialParts,
  type Credentials,
  formatOrigin,
  isAppPassword,
  schemeOf,
  type TokenType,
  toCredentials,
  tokenHint,
  tokenTypes,
  whereToMake,
} from "./credentials";
export type { DownloadStream } from "./download";
export * from "./errors";
export { fetchGrantedScopes } from "./grantedScopes";
export { apiTokensPage, howToGrantScopes, pageFor } from "./grantScopes";
export { credentialKinds, type Identity, identifyCredential } from "./identity";
export { flushLedgers, Ledger, ledgerFolder } from "./ledger";
export type { ListOptions } from "./pages";
export { apiPath, pathTemplate } from "./path";
export { createProxyAgent, proxiesOf } from "./proxy";
export type { ApiRequest, ApiResponse, HttpMethod } from "./request";
export {
  allScopes,
  describeScope,
  expandScopes,
  impliedScopes,
  minimalScopes,
  missingScopes,
  type ScopeUse,
} from "./scopeNames";
export { findRefusal, type Scopes, scopesFor } from "./scopes";
export { Secret } from "./secret";
export { CredentialsError, SettingError } from "./settingError";
export { Slots } from "./slots";
export { fetchAccessToken } from "./token";
