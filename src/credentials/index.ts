export { accountSchema, describeAccount, formatAccount } from "./account";
export { DestinationError } from "./destination";
export { readFlags, withFlags } from "./flags";
export { type GitLogin, gitUserOf, resolveGitLogin } from "./gitLogin";
export { forgetResults } from "./once";
export {
  readProfiles,
  removeToken,
  setDefaultProfile,
  workspaceBeside,
  writeProfile,
} from "./profiles";
export {
  type CredentialLookup,
  findCredentials,
  gitServerOf,
  isCandidate,
  lookUpCredentials,
  originOfCredential,
  requireCredentials,
  type SourceLookup,
  sources,
} from "./resolve";
export type {
  CredentialSources,
  GitServer,
  PieceName,
} from "./source";
export { gitUsers } from "./sources/git";
export { removeFromKeychain, storeInKeychain } from "./sources/keychain";
export { removeFromPass, storeInPass, tokenEntry } from "./sources/pass";
