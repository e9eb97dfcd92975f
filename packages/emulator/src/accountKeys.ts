/** SSH and GPG keys of a user. */
import { createHash } from "node:crypto";
import { failTaken, isDeployKey, splitKey } from "./deployKeys";
import { invalidField, notFound, refuseAccess } from "./errors";
import type { Call, Route } from "./server";
import { apiLink, type Link, readText, renderUser, userBy } from "./shared";
import { type Item, newUuid } from "./state";

export function addAccountKeyRoutes(route: Route): void {
  const ssh = "/users/{selected_user}/ssh-keys";
  const render = (call: Call, key: Item) => ({
    ...key,
    owner: renderUser(call, call.principal.user),
    links: { self: linkOf(call, "ssh-keys", key.uuid) },
  });
  route("GET", ssh, (call) =>
    call.page([...keysOf(call, "sshKeys").values()], { render: (key) => render(call, key) }),
  );
  route("POST", ssh, (call) => {
    const keys = keysOf(call, "sshKeys");
    const { key, comment } = splitKey(readText(call, "key", ""));
    for (const other of [...call.state.sshKeys.values()].flatMap((all) => [...all.values()])) {
      if (other.key === key) throw failTaken();
    }
    if (isDeployKey(call.state, key)) throw failTaken();
    const made: Item = {
      type: "ssh_key",
      uuid: newUuid(),
      key,
      comment,
      label: readText(call, "label", ""),
      created_on: call.now(),
      expires_on: expiry(call),
    };
    keys.set(made.uuid, made);
    call.status(201);
    return render(call, made);
  });
  route("GET", `${ssh}/{key_id}`, (call) => render(call, one(call, keysOf(call, "sshKeys"), "key_id")));
  route("PUT", `${ssh}/{key_id}`, (call) => {
    const found = one(call, keysOf(call, "sshKeys"), "key_id");
    return render(call, Object.assign(found, { label: readText(call, "label", String(found.label)) }));
  });
  route("DELETE", `${ssh}/{key_id}`, (call) => {
    const keys = keysOf(call, "sshKeys");
    keys.delete(one(call, keys, "key_id").uuid);
  });
  addGpgKeyRoutes(route);
}

function addGpgKeyRoutes(route: Route): void {
  const gpg = "/users/{selected_user}/gpg-keys";
  // The key itself is only included on request.
  const show = (call: Call, { key, uuid, ...shown }: Item) => ({
    ...shown,
    owner: renderUser(call, call.principal.user),
    links: { self: linkOf(call, "gpg-keys", uuid) },
    ...(call.asksFor("key") ? { key } : {}),
  });
  route("GET", gpg, (call) => call.page([...keysOf(call, "gpgKeys").values()].map((key) => show(call, key))));
  route("POST", gpg, (call) => {
    const keys = keysOf(call, "gpgKeys");
    const key = readText(call, "key", "");
    if (!key.includes("BEGIN PGP PUBLIC KEY BLOCK")) throw invalidField("key", "Invalid GPG key");
    const fingerprint = createHash("sha1").update(key.replace(/\s/g, "")).digest("hex");
    if (keys.has(fingerprint)) throw invalidField("key", "This GPG key is already registered.");
    const made: Item = {
      type: "gpg_key",
      uuid: fingerprint,
      fingerprint,
      key_id: fingerprint.slice(-16),
      name: readText(call, "name", ""),
      // The armor is rewritten.
      key: key.replace(/\r/g, "").replace(/^Version:.*\n/m, ""),
      added_on: call.now(),
    };
    keys.set(fingerprint, made);
    call.status(201);
    return show(call, made);
  });
  route("GET", `${gpg}/{fingerprint}`, (call) =>
    show(call, one(call, keysOf(call, "gpgKeys"), "fingerprint")),
  );
  route("DELETE", `${gpg}/{fingerprint}`, (call) => {
    const keys = keysOf(call, "gpgKeys");
    keys.delete(one(call, keys, "fingerprint").uuid);
  });
}

function linkOf(call: Call, keys: string, name: string): Link {
  const user = encodeURIComponent(call.principal.user?.uuid ?? "");
  return apiLink(call, `/users/${user}/${keys}/${encodeURIComponent(name)}`);
}

function one(call: Call, keys: Map<string, Item>, parameter: string): Item {
  const found = keys.get(call.params[parameter] ?? "");
  if (!found) throw notFound("Key not found");
  return found;
}

function keysOf(call: Call, store: "sshKeys" | "gpgKeys"): Map<string, Item> {
  const user = userBy(call.state, call.params.selected_user ?? "");
  if (!user) throw notFound(`${call.params.selected_user} does not exist.`);
  if (user.uuid !== call.principal.user?.uuid) throw refuseAccess();
  const keys = call.state[store].get(user.uuid) ?? new Map<string, Item>();
  call.state[store].set(user.uuid, keys);
  return keys;
}

/** A date or a time in the query: the body has no expiry. */
function expiry(call: Call): string | null {
  const text = call.url.searchParams.get("expires_on");
  if (text === null) return null;
  const time = /^\d{4}-\d\d-\d\d(T|$)/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw invalidField("expires_on", "Enter a valid date/time.");
  return new Date(time).toISOString().replace("Z", "000+00:00");
}
