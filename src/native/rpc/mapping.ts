/** The mapping to Terraform's provider, for `pulumi convert`. */
import type { Calls } from "../../wire/calls";
import { terraformMapping, terraformProvider } from "../terraform";

export function mappingCalls(): Pick<Calls, "getMapping" | "getMappings"> {
  const isKnown = (key: string, provider: string) =>
    ["terraform", "tf"].includes(key) && ["", terraformProvider].includes(provider);
  return {
    getMapping: ({ key, provider }) =>
      isKnown(key, provider)
        ? { provider: terraformProvider, data: Buffer.from(JSON.stringify(terraformMapping())) }
        : {},
    getMappings: ({ key }) => (isKnown(key, "") ? { providers: [terraformProvider] } : {}),
  };
}
