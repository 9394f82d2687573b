/** Ends the test host after the last end-to-end test. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export default function teardown() {
  const script = fileURLToPath(new URL('test-host.sh', import.meta.url))
  execFileSync(script, ['stop', process.env.TEST_HOST_FOLDER], { stdio: 'inherit' })
}
