export { closedWorkspaceHint } from "./answerError";
export { checkedBaseUrl, defaultBaseUrl } from "./baseUrl";
export { Budget, type Limit, limitOf } from "./budget";
export {
  type Client,
  type ClientOptions,
  createClient,
  type GetOptions,
  type OpenOptions,
  type ReadClient,
} from "./client";
export {
  appPasswordAdvice,
  type Credentials,
  CredentialsError,
  credentialsOf,
  type Given,
  type GivenCredential,
  isAppPassword,
  schemeOf,
  type TokenType,
  tokenHint,
  tokenTypes,
  whereToMake,
} from "./credentials";
export type { Opened } from "./download";
export * from "./errors";
export { grantedScopes } from "./granted";
export { credentialKinds, type Identity, identify } from "./identity";
export { Ledger, ledgerFolder } from "./ledger";
export type { ListOptions } from "./pages";
export { apiPath, pathTemplate } from "./path";
export { type HttpProxy, type Proxies, proxiedAgent, proxiesOf, proxyFor } from "./proxy";
export type { ApiRequest, ApiResponse, HttpMethod, Upload } from "./request";
export { allows, allScopes, includedIn, type ScopeUse, smallest, spelledOut } from "./scopeNames";
export { refusedFor, type Scopes, scopesFor } from "./scopes";
export { Secret } from "./secret";
export { SettingError } from "./settingError";
export { Slots } from "./slots";
export { accessTokenOf } from "./token";
export type { RequestEvent } from "./transport";
export { apiTokensPage, pageFor, whereToTick } from "./whereToTick";
export { parseWholeNumber, wholeNumber } from "./wholeNumber";
