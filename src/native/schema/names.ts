/** The package's name in each language. */

/** The npm package of the generated SDK. */
export const npmPackage = "pulumi-bitbucket-cloud";

/** The distribution on PyPI, and the module in it. */
export const pythonPackage = "pulumi_bitbucket_cloud";

/** The last part of the Go module's path, and its package name. */
export const goPackage = "bitbucketcloud";
export const goModule = "github.com/bitbucket-as-code/bitbucket-as-code/sdk/go/bitbucketcloud";

/** The .NET namespace below `Pulumi`. */
export const dotnetNamespace = "BitbucketCloud";

/** `isPrivate` as `is_private`. */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `isPrivate` as `IsPrivate`. */
export function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
