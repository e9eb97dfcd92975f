import * as bitbucket from "bitbucket-as-code";

const workspace = "${PROJECT}";

// A preview shows it: the credential works.
export const name = bitbucket.getWorkspace({ workspace }).then((found) => found.name);

// To begin with something new, uncomment this. To begin with what exists:
// npx bitbucket-as-code import ${PROJECT} --into-program index.ts
//
// const project = new bitbucket.Project("try", { workspace, key: "TRY", name: "A first try" });
// const repository = new bitbucket.Repository("hello-as-code", {
//   workspace,
//   name: "hello-as-code",
//   project: project.key,
//   description: "Created from TypeScript",
// });
