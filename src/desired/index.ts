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
  explainResource,
  type Layer,
  type RemovedEntry,
  type ValueSource,
} from "./explain";
export { findStackFile, listStackNames, locateStack, NoStackFileError, type StackLocation } from "./files";
export { type LoadOptions, loadStack, type StackSource } from "./load";
export type { Node } from "./node";
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
export { isSecretReference, isSecretSource, SecretReference, type SecretSource } from "./secret";
export { baseShard, groupByShard, keyOf, rootOf, type Sharding, shardOf } from "./shards";
export {
  type DesiredResource,
  type DesiredStack,
  type ExistingReference,
  type LayerValue,
  provenanceOf,
} from "./stack";
export { Structure } from "./structure";
export { type Policy, type PolicyLayer, policies, type UnmanagedPolicy } from "./unmanaged";
