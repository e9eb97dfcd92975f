export { Budget } from "./budget";
export {
  type ApiRequest,
  type ApiResponse,
  type Client,
  type ClientOptions,
  checkedBaseUrl,
  createClient,
  defaultBaseUrl,
  type GetOptions,
  type HttpMethod,
  type ListOptions,
  type ReadClient,
  type RequestEvent,
} from "./client";
export {
  type CredentialSources,
  type Credentials,
  CredentialsError,
  resolveCredentials,
  type TokenType,
  tokenTypes,
} from "./credentials";
export * from "./errors";
export { grantedScopes } from "./granted";
export { Ledger, ledgerFolder } from "./ledger";
export { apiPath, pathTemplate } from "./path";
export { refusedFor, type Scopes, scopesFor } from "./scopes";
export { Secret } from "./secret";
export { SettingError } from "./settingError";
