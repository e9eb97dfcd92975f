/** The snippets of a workspace. As far as the test of `npm run new-kind` needs them. */
import { badRequest, notFound } from "./errors";
import type { Call, Route } from "./server";
import { itemsOf, readFlag, readText, requireWorkspace } from "./shared";
import { type Item, newUuid } from "./state";

export function addSnippetRoutes(route: Route): void {
  const collection = "/snippets/{workspace}";
  const one = "/snippets/{workspace}/{encoded_id}";
  route("GET", collection, (call) =>
    call.page(call.visible(all(call).values()), { render: (found) => render(call, found) }),
  );
  route("POST", collection, (call) => {
    const made = write(call, { uuid: newUuid(), id: call.state.nextId++ }, true);
    all(call).set(made.uuid, call.made(made));
    call.status(201);
    return render(call, made);
  });
  route("GET", one, (call) => render(call, found(call)));
  route("PUT", one, (call) => render(call, write(call, found(call), false)));
  route("DELETE", one, (call) => {
    all(call).delete(found(call).uuid);
    return undefined;
  });
}

function all(call: Call): Map<string, Item> {
  return itemsOf(call.state, requireWorkspace(call), "snippets");
}

function found(call: Call): Item {
  const one = [...all(call).values()].find(({ id }) => String(id) === call.params.encoded_id);
  if (!one || call.visible([one]).length === 0) throw notFound("No such snippet");
  return one;
}

/** Takes what the service takes of a body, and refuses what it refuses. */
function write(call: Call, item: Item, isNew: boolean): Item {
  const title = readText(call, "title", isNew ? "" : String(item.title));
  if (title === "") throw badRequest("Bad request", { title: ["This field is required."] });
  return Object.assign(item, {
    title,
    is_private: readFlag(call, "is_private", isNew ? true : item.is_private === true),
    created_on: item.created_on ?? call.now(),
  });
}

function render(_call: Call, { uuid: _uuid, ...shown }: Item): unknown {
  return { type: "snippet", ...shown };
}
