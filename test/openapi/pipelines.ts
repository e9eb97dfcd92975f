/** Pipelines: on or off, schedules, SSH keys, known hosts, runners, caches, OpenID Connect. */
import { countedCollection, newer, nothing } from "./operation";
import { anything, choice, flag, integer, link, list, named, object, ref, text, time, uuid } from "./schema";

const selector = {
  type: choice("branches", "tags", "bookmarks", "default", "custom"),
  pattern: text,
} as const;

const runner = {
  type: named("pipeline_runner"),
  uuid,
  name: text,
  labels: list(text),
  state: object({ status: choice("UNREGISTERED", "ONLINE", "OFFLINE", "DISABLED"), cordoned: flag }),
  created_on: time,
  updated_on: time,
} as const;

const oauthClient = {
  // Without braces, unlike all others.
  id: { type: "string", pattern: "^[0-9a-f-]{36}$" },
  token_endpoint: link,
  audience: text,
} as const;

export const schemas = {
  pipelines_config: object({
    type: named("repository_pipelines_configuration"),
    enabled: flag,
    repository: ref("repository_reference"),
  }),
  pipeline_build_number: object({ type: named("pipeline_build_number"), next: integer }),
  pipeline_schedule: object({
    type: named("pipeline_schedule"),
    uuid,
    enabled: flag,
    cron_pattern: { type: "string", pattern: "^\\S+( \\S+){6}$" },
    target: object({
      type: named("pipeline_ref_target"),
      ref_type: choice("branch"),
      ref_name: text,
      selector: object(selector),
    }),
    created_on: time,
    updated_on: time,
  }),
  pipeline_ssh_key_pair: object({ type: named("pipeline_ssh_key_pair"), public_key: text }),
  pipeline_known_host: object({
    type: named("pipeline_known_host"),
    uuid,
    hostname: text,
    public_key: object({
      type: named("pipeline_ssh_public_key"),
      key_type: text,
      key: text,
      md5_fingerprint: text,
      sha256_fingerprint: text,
    }),
  }),
  pipeline_runner: object({ ...runner, oauth_client: object(oauthClient) }),
  /** Only returned once. */
  pipeline_runner_made: object({
    ...runner,
    oauth_client: object({ ...oauthClient, secret: text }),
  }),
  pipeline_cache: object(
    { type: named("pipeline_cache"), uuid, name: text },
    {
      pipeline_uuid: uuid,
      step_uuid: uuid,
      key_hash: text,
      path: text,
      file_size_bytes: integer,
      created_on: time,
    },
  ),
} as const;

const knownHost = object(
  { hostname: text, public_key: object({ key_type: text, key: text }, { type: text }) },
  { type: text, uuid },
);
const runnerBody = object({ name: text, labels: list(text) });
const runnerChange = object({ name: text, labels: list(text) }, { state: object({ cordoned: flag }) });
const runners = {
  get: countedCollection(ref("pipeline_runner")),
  post: { body: runnerBody, errors: [409], 200: ref("pipeline_runner_made") },
} as const;
const oneRunner = {
  get: { 200: ref("pipeline_runner") },
  put: { body: runnerChange, 200: ref("pipeline_runner") },
  delete: { 204: nothing },
} as const;

export const paths = {
  "/repositories/{workspace}/{repo_slug}/pipelines_config": {
    get: { 200: ref("pipelines_config") },
    put: { body: object({ enabled: flag }), 200: ref("pipelines_config") },
  },
  "/repositories/{workspace}/{repo_slug}/pipelines_config/build_number": {
    put: { body: object({ next: integer }), 200: ref("pipeline_build_number") },
  },
  "/repositories/{workspace}/{repo_slug}/pipelines_config/schedules": {
    get: countedCollection(ref("pipeline_schedule")),
    post: {
      body: object(
        {
          type: named("pipeline_schedule"),
          cron_pattern: text,
          target: object({
            type: named("pipeline_ref_target"),
            ref_type: choice("branch"),
            ref_name: text,
            selector: object(selector),
          }),
        },
        { enabled: flag },
      ),
      201: ref("pipeline_schedule"),
    },
  },
  "/repositories/{workspace}/{repo_slug}/pipelines_config/schedules/{schedule_uuid}/executions": {
    get: countedCollection(anything),
  },
  "/repositories/{workspace}/{repo_slug}/pipelines_config/schedules/{schedule_uuid}": {
    get: { 200: ref("pipeline_schedule") },
    put: { body: object({ type: named("pipeline_schedule"), enabled: flag }), 200: ref("pipeline_schedule") },
    delete: { 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/pipelines_config/ssh/key_pair": {
    get: { 200: ref("pipeline_ssh_key_pair") },
    put: {
      body: object({ private_key: text, public_key: text }, { type: text }),
      200: ref("pipeline_ssh_key_pair"),
    },
    delete: { 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/pipelines_config/ssh/known_hosts": {
    get: countedCollection(ref("pipeline_known_host")),
    post: { body: knownHost, errors: [409], 201: ref("pipeline_known_host") },
  },
  "/repositories/{workspace}/{repo_slug}/pipelines_config/ssh/known_hosts/{known_host_uuid}": {
    get: { 200: ref("pipeline_known_host") },
    put: { body: knownHost, 200: ref("pipeline_known_host") },
    delete: { 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/pipelines-config/runners": runners,
  "/repositories/{workspace}/{repo_slug}/pipelines-config/runners/{runner_uuid}": oneRunner,
  "/workspaces/{workspace}/pipelines-config/runners": runners,
  "/workspaces/{workspace}/pipelines-config/runners/{runner_uuid}": oneRunner,
  "/repositories/{workspace}/{repo_slug}/pipelines-config/caches": {
    get: countedCollection(ref("pipeline_cache")),
    delete: { query: { name: text }, 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/pipelines-config/caches/{cache_uuid}": { delete: { 204: nothing } },
  "/workspaces/{workspace}/pipelines-config/identity/oidc/.well-known/openid-configuration": {
    get: {
      200: object({
        issuer: link,
        jwks_uri: link,
        id_token_signing_alg_values_supported: list(text),
        subject_types_supported: list(text),
      }),
    },
  },
  "/workspaces/{workspace}/pipelines-config/identity/oidc/keys.json": {
    get: {
      200: object({
        keys: list(object({ kty: text, use: text, alg: text, kid: text, n: text, e: text })),
      }),
    },
  },
} as const;

/** From the published types: see `published.mts`. */
export const differences = {
  "/repositories/{workspace}/{repo_slug}/pipelines-config/runners": newer,
  "/repositories/{workspace}/{repo_slug}/pipelines-config/runners/{runner_uuid}": newer,
  "/workspaces/{workspace}/pipelines-config/runners": newer,
  "/workspaces/{workspace}/pipelines-config/runners/{runner_uuid}": newer,
} as const;
