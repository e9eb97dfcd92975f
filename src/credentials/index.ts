export { type AddressOrigin, DestinationError } from "./destination";
export { type Flags, flagsIn, flagsVariable, withFlags } from "./flags";
export { type GitLogin, gitLogin, gitUserOf } from "./gitLogin";
export { forget } from "./once";
export {
  type Profile,
  profilesFile,
  type Reference,
  readProfiles,
  removeFromProfile,
  setDefaultProfile,
  writeProfile,
} from "./profiles";
export {
  checked,
  findCredentials,
  gitServerOf,
  isCandidate,
  type Looked,
  type Lookup,
  lookUp,
  type Resolved,
  resolveCredentials,
  sources,
} from "./resolve";
export {
  type CredentialSources,
  type GitServer,
  type PieceName,
  pieceNames,
  type Source,
  type SourceName,
} from "./source";
export { gitUsers } from "./sources/git";
export { removeFromKeychain, storeInKeychain } from "./sources/keychain";
export { removeFromPass, storeInPass, tokenEntry } from "./sources/pass";
