/** What is said of a state whose secrets only the engine can decrypt. */
import { secretMark } from "../../src/model/secrets";
import { openState } from "../../src/preview/stateReading";

const settings = () => undefined;

/** Opens a state with one secret. */
function open(secretsProvider: unknown) {
  const type = "pulumi-nodejs:bitbucket:PipelineVariable";
  const secret = { ...secretMark, ciphertext: "v1:x:y" };
  const resource = {
    urn: `urn:pulumi:acme::bitbucket::${type}::api:A`,
    type,
    custom: true,
    id: "{1}",
    inputs: { workspace: "acme", key: "A", value: secret },
    outputs: { workspace: "acme", key: "A", value: secret },
  };
  const deployment = { secrets_providers: secretsProvider, resources: [resource] };
  return openState({ version: 3, deployment }, {}, { frontEnd: "dynamic", settings });
}

test.each([
  [{ type: "cloud", state: { url: "hashivault://pulumi", encryptedkey: "x" } }, "encrypted by hashivault"],
  [{ type: "cloud", state: { url: "awskms://alias/x?region=eu" } }, "encrypted by awskms"],
  [{ type: "cloud" }, "encrypted by a cloud's key"],
  [{ type: "service", state: { url: "https://api.pulumi.com" } }, "encrypted by Pulumi's service"],
  [{ type: "passphrase", state: { salt: "v1:AAAA:v1:a:b" } }, "PULUMI_CONFIG_PASSPHRASE is missing"],
])("%j: names what decrypts them", async (provider, named) => {
  expect(await open(provider)).toEqual({ reason: expect.stringContaining(named) });
});
