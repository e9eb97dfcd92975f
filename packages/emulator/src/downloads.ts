/** A repository's downloads: files that are stored beside the code. */
import { createHash, randomBytes } from "node:crypto";
import { badRequest, invalidField, notFound, Refusal } from "./errors";
import type { Call, Route } from "./server";
import { renderUser, requireRepository } from "./shared";
import type { Download, Repository } from "./state";

const path = "/repositories/{workspace}/{repo_slug}/downloads";

/** The service has the contents on another host, open to anybody who knows the address. */
const contents = "/site/downloads/{address}";

export function addDownloadRoutes(route: Route): void {
  route("GET", path, (call) => {
    const { repository: found } = requireRepository(call);
    return call.page([...downloadsOf(found).values()].reverse(), {
      render: (download) => render(call, found, download),
    });
  });
  route("POST", path, (call) => {
    const { repository: found } = requireRepository(call, "write");
    if (!/^multipart\/form-data\b/i.test(call.asked("content-type") ?? ""))
      throw new Refusal(406, "Unsupported Content-Type. Use multipart/form-data.");
    const files = call.files.filter(({ field }) => field === "files");
    if (files.length === 0) throw invalidField("files", "This field is required.");
    for (const { name, content } of files) {
      const all = downloadsOf(found);
      // The same name again replaces the file.
      all.delete(name);
      all.set(name, {
        name,
        content: content.toString("base64"),
        address: createHash("sha256").update(randomBytes(16)).digest("hex"),
        downloads: 0,
        user: call.principal.user?.uuid,
        created_on: call.now(),
      });
    }
    call.status(201);
  });
  route("GET", `${path}/{filename}`, (call) => {
    const { repository: found } = requireRepository(call);
    const download = one(call, found);
    download.downloads += 1;
    call.status(302);
    call.header("location", `${call.url.origin}/site/downloads/${download.address}`);
  });
  route("DELETE", `${path}/{filename}`, (call) => {
    const { repository: found } = requireRepository(call, "write");
    downloadsOf(found).delete(one(call, found).name);
  });
  route("GET", contents, (call) => {
    // The address is signed: an additional credential is refused, as by the store.
    if (call.authorization !== "") throw badRequest("Only one auth mechanism allowed");
    for (const owner of call.state.workspaces.values()) {
      for (const found of owner.repositories.values()) {
        for (const download of downloadsOf(found).values())
          if (download.address === call.params.address)
            return part(call, Buffer.from(download.content, "base64"), download.address);
      }
    }
    throw notFound("NoSuchKey");
  });
}

/** The content, or the requested range: `Range: bytes=5-`, if it is unchanged. RFC 9110, section 14. */
function part(call: Call, content: Buffer, address: string): Buffer {
  const tag = `"${address.slice(0, 32)}"`;
  call.header("etag", tag);
  call.header("accept-ranges", "bytes");
  const [, from] = call.asked("range")?.match(/^bytes=(\d+)-$/) ?? [];
  const condition = call.asked("if-range");
  if (from === undefined || (condition !== undefined && condition !== tag)) return content;
  const start = Number(from);
  if (start >= content.length) {
    call.status(416);
    call.header("content-range", `bytes */${content.length}`);
    return Buffer.alloc(0);
  }
  call.status(206);
  call.header("content-range", `bytes ${start}-${content.length - 1}/${content.length}`);
  return content.subarray(start);
}

function downloadsOf(found: Repository): Map<string, Download> {
  found.downloads ??= new Map();
  return found.downloads;
}

function one(call: Call, found: Repository): Download {
  const download = downloadsOf(found).get(call.params.filename ?? "");
  if (!download) throw notFound(`The download ${call.params.filename} was not found`);
  return download;
}

function render(call: Call, found: Repository, download: Download): unknown {
  return {
    type: "download",
    name: download.name,
    size: Buffer.from(download.content, "base64").length,
    downloads: download.downloads,
    created_on: download.created_on,
    user: renderUser(call, call.state.users.get(download.user ?? "")) ?? null,
    links: {
      self: {
        href: `${call.url.origin}/2.0/repositories/${call.params.workspace}/${found.slug}/downloads/${encodeURIComponent(download.name)}`,
      },
    },
  };
}
