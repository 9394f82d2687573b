/** What a test is told of a command that hangs. */
import { expect, test } from '@jest/globals'
import { sh } from './commands.ts'
import { hosts } from './hosts.ts'

test.each(hosts)(
  'a command that does not end is killed with all below it, and the error tells what it did, on $name',
  async (host) => {
    const script = 'echo begun; setsid bash -c "sleep 7654; :" & wait'
    const error = await host.start(['bash', '-c', script], { timeout: 1000 }).finished.catch((reason: Error) => reason)
    expect(error).toHaveProperty('message', expect.stringMatching(/^Not finished after 1000 ms: .*\nbegun\n/))
    expect(error).toHaveProperty('message', expect.stringMatching(/\n *\d+ +\d+ S\S* +\S+ [| ]+\\_ sleep 7654(\n|$)/))
    expect(await sh(host, 'pgrep --full "^sleep 7654" || :')).toBe('')
  },
)
