import { type Json, start } from "./support";

const path = "/snippets/acme";

/** Bodies as the API's documentation has them. */
function body(what: "to create" | "to change"): Json {
  return what === "to create" ? { title: "One" } : { title: "Two", is_private: false };
}

test("snippets are created, listed, read, changed and deleted", async () => {
  const { alice } = await start();
  const made = await alice("POST", path, body("to create"));
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ ...body("to create"), is_private: true });
  expect((await alice("GET", path)).body.values).toEqual([made.body]);

  const one = `${path}/${made.body.id}`;
  expect((await alice("GET", one)).body).toEqual(made.body);
  const changed = await alice("PUT", one, body("to change"));
  expect(changed.body).toMatchObject(body("to change"));
  expect((await alice("GET", one)).body).toEqual(changed.body);

  expect((await alice("DELETE", one)).status).toBe(204);
  expect((await alice("GET", one)).status).toBe(404);
  expect((await alice("GET", path)).body.values).toEqual([]);
});
