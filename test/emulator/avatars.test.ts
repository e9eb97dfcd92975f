/** Avatars of projects and repositories: non-images are refused, and each upload shows in the link. */
import { z } from "zod";
import { repository, start } from "./support";

const image = `data:image/gif;base64,${Buffer.from("GIF89a").toString("base64")}`;
const shape = z.object({ links: z.object({ avatar: z.object({ href: z.string() }) }) });
const linkIn = (body: unknown) => shape.parse(body).links.avatar.href;

test.each([
  ["/workspaces/acme/projects/PLAT", /avatar\/32$/],
  ["/repositories/acme/api", /\?ts=default$/],
])("%s", async (path, before) => {
  const { alice } = await start();
  await repository(alice);
  const put = (href: string) =>
    alice("PUT", path, { name: path.endsWith("api") ? "api" : "Platform", links: { avatar: { href } } });
  expect(linkIn((await alice("GET", path)).body)).toMatch(before);
  const first = linkIn((await put(image)).body);
  expect(first).toMatch(/\?ts=\d+$/);
  expect(linkIn((await alice("GET", path)).body)).toBe(first);
  expect(linkIn((await put("https://example.com/logo.png")).body)).not.toBe(first);
  for (const href of ["", "logo.png", image.replace("gif", "png"), "data:image/svg+xml;base64,PHN2Zy8+"])
    expect((await put(href)).status).toBe(400);
});
