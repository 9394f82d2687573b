/** util/install/packages.sh with a stand-in for apt-get, in a mount namespace whose /usr/sbin is empty. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const folder = fileURLToPath(new URL('../../util/install', import.meta.url))
const policy = '/usr/sbin/policy-rc.d'

/** Runs shell code with the function `install SIGNAL`: apt-get shows that services may not start, and SIGNAL comes then. */
function run(code: string): string {
  const setup = `
    mount -t tmpfs tmpfs /usr/sbin
    mount -t tmpfs tmpfs /mnt
    cat >/mnt/apt-get <<'end'
#!/bin/sh
${policy} >/dev/null || echo "policy $?" >>/mnt/log
[ -z "$SIGNAL" ] || kill -s "$SIGNAL" 0
end
    chmod +x /mnt/apt-get
    install() {
      SIGNAL=$1 PATH=/mnt:$PATH setsid --wait bash --norc -c '. ${folder}/common.sh; . ${folder}/packages.sh; apt_run foo' 2>/dev/null
    }
  `
  const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'bash', '--norc', '-c', setup + code], {
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin' },
  })
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}`)
  return stdout
}

test.each(['', 'TERM', 'INT', 'HUP'])(
  'services are kept from starting only while packages are installed (%j)',
  (signal) => {
    // The signal ends the shell that is waited for, perhaps before the one within it has cleaned up.
    const cleanUp = `for _ in {1..100}; do [[ -e ${policy} ]] || break; sleep 0.05; done`
    expect(run(`install "${signal}"; ${cleanUp}; cat /mnt/log; ls /usr/sbin`)).toBe('policy 101\n')
  },
)

test('what a run that was killed left goes with the next', () => {
  expect(run('install KILL; ls /usr/sbin; install ""; ls /usr/sbin')).toBe('policy-rc.d\n')
})

test('a policy of the machine stays', () => {
  const own = `printf '#!/bin/sh\\nexit 104\\n' >${policy}; chmod +x ${policy}`
  expect(run(`${own}; install TERM; cat /mnt/log ${policy}`)).toBe('policy 104\n#!/bin/sh\nexit 104\n')
})
