export { type AddressOrigin, DestinationError } from "./destination";
export { type CredentialFlags, flagsVariable, readFlags, withFlags } from "./flags";
export { type GitLogin, gitUserOf, resolveGitLogin } from "./gitLogin";
export { forgetResults } from "./once";
export {
  type CredentialProfile,
  profilesFile,
  type Reference,
  readProfiles,
  removeFromProfile,
  setDefaultProfile,
  writeProfile,
} from "./profiles";
export {
  type CredentialLookup,
  findCredentials,
  gitServerOf,
  isCandidate,
  lookUpCredentials,
  type ResolvedCredentials,
  requireCredentials,
  resolveCredentials,
  type SourceLookup,
  sources,
} from "./resolve";
export {
  type CredentialSource,
  type CredentialSources,
  type GitServer,
  type PieceName,
  pieceNames,
  type SourceName,
} from "./source";
export { gitUsers } from "./sources/git";
export { removeFromKeychain, storeInKeychain } from "./sources/keychain";
export { removeFromPass, storeInPass, tokenEntry } from "./sources/pass";
