import { expect, test } from '@jest/globals'
import { parsePort } from '../../../../src/cli/nixos-container/create.ts'
import { runCli } from '../../../../src/cli/run-cli.ts'
import { fakeHost } from '../../../fake-host.ts'

test.each([
  ['80', 'tcp', 80, 80],
  ['8080:80', 'tcp', 8080, 80],
  ['udp:53', 'udp', 53, 53],
  ['tcp:1:2', 'tcp', 1, 2],
])('--port %s', (text, protocol, hostPort, containerPort) => {
  expect(parsePort(text)).toEqual({ protocol, hostPort, containerPort })
})

test.each([
  ['--port http', '--port "http" is no port'],
  ['--host-address 10.0.0.1', 'need each other'],
  ['--use-host-network --bridge br0', '--use-host-network leaves no network'],
  ['--config x --flake .', 'exclude each other'],
  ['--what', 'nixos-container create --help'],
])('create demo %s is refused before anything is done', async (args, message) => {
  const host = fakeHost()
  const done = runCli(host, ['nixos-container', 'create', 'demo', ...args.split(' ')])
  await expect(done).rejects.toMatchObject({ exitStatus: 2, message: expect.stringContaining(message) })
  expect(host.commands).toEqual([])
})
