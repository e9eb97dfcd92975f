/** The remaining manual steps after `npm run new-kind`, in order. */
export function whatIsLeft({ camel, plural, files, lists }) {
  return `Written, and not working yet:
${files.map((path) => `  ${path}`).join("\n")}
With a line for it:
${lists.map((path) => `  ${path}`).join("\n")}

What is left, from the API's documentation. Tests fail until each of these is done (CONTRIBUTING.md says more):
  1. test/openapi/${plural}.ts             the operations and their objects
  2. packages/emulator/src/${plural}.ts    what the service does with them
  3. test/emulator/${plural}.test.ts       the bodies that ask it
  4. src/kinds/${camel}.ts                 the declaration; move its line in src/kinds/index.ts before what needs it
  5. test/kinds/samples/${camel}.ts        values for the conformance suite
And a line in CHANGELOG.md. Then:
  npm run docs && npm run docs:emulator    reference pages, schema, classes
  npm run typecheck && npm run format && npm run test:fast
  npm run test:acceptance -- --emulator                     acceptance/results.json, docs/reference/verified.md
`;
}
