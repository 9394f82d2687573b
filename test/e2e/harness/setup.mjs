/** Boots the test host before the first end-to-end test. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export default function setup() {
  const script = fileURLToPath(new URL('test-host.sh', import.meta.url))
  const line = execFileSync(script, ['start', String(process.pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.env.TEST_HOST_FOLDER = line.trim().split(' ')[1]
}
