/** `login`: a login prompt inside. */
import { defineCommand } from '../command.ts'

export const login = defineCommand({
  name: 'login',
  usage: ['NAME'],
  summary: 'Show the login prompt of a container',
  details: [
    'Users of the container log in with their passwords. "^]" three times within a second ends the connection.',
  ],
  options: {},
  words: [1, 1],
  async run(host, args) {
    const { loginContainer } = await import('../../container/login.ts')
    return loginContainer(host, args.words[0] ?? '')
  },
})
