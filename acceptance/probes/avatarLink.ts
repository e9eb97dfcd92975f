import { answer, isOk, type Probe, textOf } from "../probe";

/** An image of one pixel. */
const href = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==";

export const avatarLink: Probe = {
  id: "avatar-link",
  question: "Does the link to a repository's avatar change with an upload, and with no other update?",
  async run(ask) {
    const path = await ask.repository({ empty: true });
    const link = (body: unknown) => textOf(body, "links.avatar.href");
    const before = await ask.get(path);
    const put = await ask.put(path, { links: { avatar: { href } } });
    const uploaded = await ask.get(path);
    const other = await ask.put(path, { description: "Without an avatar" });
    const after = await ask.get(path);
    const seen = [before, put, uploaded, other, after];
    const changes = link(before.body) !== link(uploaded.body);
    const stays = link(uploaded.body) === link(after.body);
    return answer(seen.every(isOk) && changes && stays, [put, after], { fields: ["links"] });
  },
};
