/** Desired state in YAML: stacks/<stack>.yaml → resources, checked before any request. */
export { copyFilesBeside } from "./copy";
export {
  contentsOfRepositoryFiles,
  onlyRepositories,
  type RepositoryFileRequest,
  type RepositoryFileSource,
  type RepositoryFileVersion,
  repositoryFilePath,
  repositoryFilesOf,
  toFileSource,
  withoutRepositoryFiles,
} from "./delegation/repositoryFile";
export {
  DesiredStateError,
  type Diagnostic,
  formatDiagnostic,
  type Position,
} from "./diagnostics";
export {
  type ExplainedField,
  type Explanation,
  explainResource,
  type ValueSource,
} from "./explain";
export { toShownPath } from "./files";
export { loadStack } from "./load";
export type { PolicyState, StackPolicies, StackPolicy } from "./policies";
export type { PolicyException } from "./policyException";
export { readYaml } from "./readYaml";
export {
  fillSecrets,
  findReferences,
  MissingSecretError,
  resolveSecret,
  resolveSecrets,
  type SecretContext,
  secretFields,
} from "./resolve";
export { findSameEntries } from "./sameEntries";
export { isSecretReference, isSecretSource, SecretReference, type SecretSource } from "./secret";
export { baseShard, groupByShard, keyOf, rootOf, shardOf } from "./shards";
export {
  type DesiredResource,
  type DesiredStack,
  grantsOf,
  provenanceOf,
} from "./stack";
export {
  findStackFile,
  listStackNames,
  locateStack,
  NoStackFileError,
  type StackLocation,
} from "./stackFiles";
export { Structure } from "./structure";
export type { Policy, UnmanagedPolicy } from "./unmanaged";
