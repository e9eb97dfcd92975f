/** What `npm run new-kind` leaves to people, in the order in which it is done. */
export function whatIsLeft({ name, camel, plural, files, lists }) {
  return `Written, and not working yet:
${files.map((path) => `  ${path}`).join("\n")}
With a line for it:
${lists.map((path) => `  ${path}`).join("\n")}

What is left, from the API's documentation. Each step has tests that fail until it is done:
  1. test/openapi/${plural}.ts             the operations and their objects
  2. packages/emulator/src/${plural}.ts    what they do; test/emulator/${plural}.test.ts asks them
  3. src/kinds/${camel}.ts                 the declaration; its line in src/kinds/index.ts goes before what needs it
  4. test/kinds/samples/${camel}.ts        values for the conformance suite
  5. CHANGELOG.md                          a line
Then:
  npm run build && npm run docs && npm run docs:emulator    reference pages, schema, classes
  npm run test:acceptance -- --emulator                     acceptance/results.json, docs/verified.md
  npm run typecheck && npm run format
  npx jest --selectProjects unit -t ${name}; npx jest --selectProjects unit test/emulator test/reference test/kinds
`;
}
