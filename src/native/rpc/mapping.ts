/** The mapping to Terraform's provider, for `pulumi convert`. */
import {
  type GetMappingRequest,
  GetMappingResponse,
  type GetMappingsRequest,
  GetMappingsResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { terraformMapping, terraformProvider } from "../terraform";
import { unary } from "./unary";

export function mappingCalls() {
  const isKnown = (key: string, provider: string) =>
    ["terraform", "tf"].includes(key) && ["", terraformProvider].includes(provider);
  return {
    getMapping: unary((request: GetMappingRequest) => {
      const response = new GetMappingResponse();
      if (!isKnown(request.getKey(), request.getProvider())) return response;
      response.setProvider(terraformProvider);
      response.setData(Buffer.from(JSON.stringify(terraformMapping())));
      return response;
    }),
    getMappings: unary((request: GetMappingsRequest) => {
      const response = new GetMappingsResponse();
      if (isKnown(request.getKey(), "")) response.setProvidersList([terraformProvider]);
      return response;
    }),
  };
}
