/** One project a test level, so that each can be run by its name: `npm run test:unit`. */
const level = (name) => ({
  displayName: name,
  rootDir: import.meta.dirname,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } }],
  },
})

/** @type {import('jest').Config} */
export default {
  projects: [
    level('unit'),
    level('nix'),
    level('integration'),
    {
      ...level('e2e'),
      globalSetup: '<rootDir>/test/e2e/harness/setup.mjs',
      globalTeardown: '<rootDir>/test/e2e/harness/teardown.mjs',
    },
  ],
  // Containers, interfaces and units are one per machine; tests that look for leftovers must not run side by side.
  maxWorkers: 1,
  // A project cannot have its own.
  testTimeout: 300_000,
  reporters: ['default', '<rootDir>/test/reporters/count.mjs'],
}
