/** A jest reporter: one last line that scripts can read. A test file that could not run counts as one failed test. */
export default class Count {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    // Jest's own summary comes after the reporters.
    process.once('exit', () => process.stdout.write(`${results.numPassedTests} passed, ${failed} failed\n`))
  }
}
