/** `nixcloud-container start` */
import { defineCommand } from '../../command.ts'
import { lxcParameters, lxcWords } from '../parameters.ts'

export const start = defineCommand({
  name: 'start',
  usage: ['NAME [-l WORDS]'],
  summary: 'Start a container and wait until it is up',
  details: [
    'With -l "-F" what it prints is shown, from its boot on until it is down. Ctrl-C ends that, and leaves it running.',
  ],
  examples: ['nixcloud-container start test -l "-F"'],
  options: lxcParameters('Pass these words on to lxc-start, as one string: "-o /tmp/x.log -l DEBUG"'),
  words: [1, 1],
  async run(host, args) {
    const { startFlags, startNixcloud } = await import('../../../container/nixcloud/run-state.ts')
    const name = args.words[0] ?? ''
    const { foreground, flags } = startFlags(lxcWords(args))
    const begin = foreground
      ? (await import('../../../container/nixcloud/foreground.ts')).startInForeground
      : startNixcloud
    if (!(await begin(host, name, flags))) host.out('Container is already running.')
    return 0
  },
})
