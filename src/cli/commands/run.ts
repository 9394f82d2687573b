/** `run`: a command inside, with its own standard input, output and exit status. */
import { defineCommand } from '../command.ts'
import { checkVariables } from '../options.ts'

export const run = defineCommand({
  name: 'run',
  usage: ['[-u USER] [-w DIR] [-e VAR=VALUE]... NAME -- CMD [ARG...]'],
  summary: "Run a command in a container; its exit status is this command's",
  examples: [
    'extra-container run demo -- systemctl status',
    'extra-container run -u alice -w /srv -e LANG=C demo -- make test',
  ],
  options: {
    user: { type: 'text', alias: 'u', value: 'USER', description: 'As this user of the container instead of root' },
    workdir: {
      type: 'text',
      alias: 'w',
      value: 'DIR',
      description: "In this folder of the container instead of the user's home",
    },
    env: {
      type: 'list',
      alias: 'e',
      value: 'VAR=VALUE',
      description: 'Set a variable for the command; may be given several times',
    },
  },
  words: [2, Number.POSITIVE_INFINITY],
  wordsEndOptions: 1,
  async run(host, args) {
    const { enterContainer } = await import('../../container/control.ts')
    const {
      words: [name = '', ...argv],
      user,
      workdir,
      env,
    } = args
    return enterContainer(host, name, argv, { user, workdir, variables: checkVariables(env) })
  },
})
