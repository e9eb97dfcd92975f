/** The package's name in each language. */

/** The project on GitHub, whose releases hold the plugin's archives. */
export const repository = "bitbucket-as-code/bitbucket-as-code";

/** The npm package of the generated SDK. */
export const npmPackage = "pulumi-bitbucket-cloud";

/** The distribution on PyPI, and the module in it. */
export const pythonPackage = "pulumi_bitbucket_cloud";

/** The last part of the Go module's path, and its package name. */
export const goPackage = "bitbucketcloud";
export const goModule = `github.com/${repository}/sdk/go/${goPackage}`;

/** The .NET namespace below `Pulumi`. */
export const dotnetNamespace = "BitbucketCloud";

/** `isPrivate` as `is_private`. */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
