/** A resource of the YAML as the program registers it. */
import type { DesiredResource } from "../desired";
import type { Properties } from "../kinds/kind";

/** A resource with its secrets and users resolved. */
export interface ResolvedResource {
  readonly resource: DesiredResource;
  readonly kind: DesiredResource["kind"];
  readonly name: string;
  readonly args: Properties;
  /** The same, with references in the place of secrets. */
  readonly references: Properties;
}
