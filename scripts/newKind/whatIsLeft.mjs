/** The remaining manual steps after `npm run new-kind`, in order. */
export function whatIsLeft({ camel, plural, parent, files, lists }) {
  const steps = [
    [`test/openapi/${plural}.ts`, "the operations and their objects"],
    [`packages/emulator/src/${plural}.ts`, "what the service does with them"],
    [`test/emulator/${plural}.test.ts`, "the bodies that ask it"],
    [`src/kinds/${camel}.ts`, "the declaration; move its line in src/kinds/index.ts before what needs it"],
    [`test/kinds/samples/${camel}.ts`, "values for the conformance suite"],
    // An acceptance run writes to a real workspace: what it may write is said by hand.
    ...(parent === "workspace"
      ? [
          ["acceptance/guard.ts", "the collection, among the `places` that an acceptance run may write to"],
          ["acceptance/values.ts", "values that hold the run's name"],
        ]
      : []),
  ];
  const width = Math.max(...steps.map(([path]) => path.length));
  return `Written, and not working yet:
${files.map((path) => `  ${path}`).join("\n")}
With a line for it:
${lists.map((path) => `  ${path}`).join("\n")}

What is left, from the API's documentation. Tests fail until each of these is done (CONTRIBUTING.md says more):
${steps.map(([path, what], index) => `  ${index + 1}. ${path.padEnd(width)}  ${what}`).join("\n")}
And a line in CHANGELOG.md. Then:
  npm run docs && npm run docs:emulator    reference pages, schemas, classes
  npm run build && npm run typecheck && npm run format && npm run test:fast
  npm run test:acceptance -- --emulator    acceptance/results.json, docs/reference/verified.md
`;
}
