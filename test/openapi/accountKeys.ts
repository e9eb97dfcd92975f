/** SSH and GPG keys of a user. */
import { links } from "./common";
import { collection, nothing } from "./operation";
import { named, nullable, object, ref, text, time, uuid } from "./schema";

export const schemas = {
  ssh_account_key: object({
    type: named("ssh_key"),
    uuid,
    key: { type: "string", pattern: "^\\S+ \\S+$" },
    comment: text,
    label: text,
    created_on: time,
    expires_on: nullable(time),
    owner: ref("user"),
    links: links("self"),
  }),
  GPG_account_key: object(
    {
      type: named("gpg_key"),
      fingerprint: { type: "string", pattern: "^[0-9a-f]{40}$" },
      key_id: { type: "string", pattern: "^[0-9a-f]{16}$" },
      name: text,
      added_on: time,
      owner: ref("user"),
      links: links("self"),
    },
    { key: text },
  ),
} as const;

const sshKey = object({ key: text }, { label: text });

export const paths = {
  "/users/{selected_user}/ssh-keys": {
    get: collection(ref("ssh_account_key")),
    post: { query: { expires_on: text }, body: sshKey, 201: ref("ssh_account_key") },
  },
  "/users/{selected_user}/ssh-keys/{key_id}": {
    get: { 200: ref("ssh_account_key") },
    put: { body: sshKey, 200: ref("ssh_account_key") },
    delete: { 204: nothing },
  },
  "/users/{selected_user}/gpg-keys": {
    get: collection(ref("GPG_account_key")),
    post: { body: object({ key: text }, { name: text }), 201: ref("GPG_account_key") },
  },
  "/users/{selected_user}/gpg-keys/{fingerprint}": {
    get: { 200: ref("GPG_account_key") },
    delete: { 204: nothing },
  },
} as const;
