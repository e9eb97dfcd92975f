/** Desired state in YAML: stacks/<stack>.yaml → resources, checked before any request. */
export {
  DesiredStateError,
  type Diagnostic,
  formatDiagnostic,
  type Position,
} from "./diagnostics";
export {
  type ExplainedField,
  type ExplainedResource,
  type ExplainOptions,
  type Explanation,
  explain,
  type Layer,
  type Removed,
  type Source,
} from "./explain";
export { findStackFile, locateStack, NoStackFileError, type StackPlace, stackNames } from "./files";
export { type LoadOptions, loadStack, type StackSource } from "./load";
export type { Node } from "./node";
export { readYaml } from "./readYaml";
export {
  discreetFields,
  MissingSecretError,
  referencesIn,
  resolveSecret,
  resolveSecrets,
  type SecretContext,
  withSecrets,
} from "./resolve";
export { isSecretReference, isSecretSource, SecretReference, type SecretSource } from "./secret";
export { baseShard, byShard, keyOf, rootOf, type Sharding, shardOf } from "./shards";
export { type DesiredResource, type DesiredStack, type Existing, historyOf, type Say } from "./stack";
export { Structure } from "./structure";
export { type Policy, type PolicyLayer, policies, type UnmanagedPolicy } from "./unmanaged";
