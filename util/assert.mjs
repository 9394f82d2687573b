/** What yargs takes from node:assert, which costs as much to load as yargs itself. Aliased by build.mjs. */
const demand = (holds, message, otherwise) => {
  if (!holds) throw new Error(message ?? otherwise)
}
export const strictEqual = (a, b, message) => demand(Object.is(a, b), message, `${a} is not ${b}`)
export const notStrictEqual = (a, b, message) => demand(!Object.is(a, b), message, `It is ${b}`)
