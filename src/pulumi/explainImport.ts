/**
 * Makes Pulumi's host of dynamic providers say what to do instead of `pulumi import`, which works for no dynamic
 * resource: the engine asks for an object of which no state holds the provider.
 */

/** The request to read, as far as it matters here. */
interface ReadRequest {
  getUrn(): string;
  getProperties(): { getFieldsMap(): { has(name: string): boolean } } | undefined;
}

export interface ProviderMessages {
  readonly ReadRequest: { readonly prototype: ReadRequest };
}

/** As in the type tokens of the kinds, which this must not load. */
const ownType = /pulumi-nodejs:bitbucket:(\w+)/;

/** https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/dynamic-provider/index.ts */
const providerKey = "__provider";

/** Changes the messages that the host has loaded. */
export function explainImport({ ReadRequest: { prototype } }: ProviderMessages): void {
  const getProperties = prototype.getProperties;
  prototype.getProperties = function (this: ReadRequest) {
    const properties = getProperties.call(this);
    const [, kind] = ownType.exec(this.getUrn()) ?? [];
    if (kind === undefined || properties?.getFieldsMap().has(providerKey)) return properties;
    throw new ImportRefusedError(kind);
  };
}

/** The host prints the error and its stack, and the engine its message. */
class ImportRefusedError extends Error {
  override readonly stack: string;

  constructor(kind: string) {
    super(
      `pulumi import does not work for the ${kind}, which is a dynamic resource. Import it with "npx bitbucket-as-code ` +
        'import <workspace>", or use the native provider bitbucket-cloud.',
    );
    this.stack = "see docs/get-started/import.md of bitbucket-as-code";
  }

  override toString(): string {
    return "pulumi import";
  }
}
