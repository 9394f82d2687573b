/** The figures that are promised, each with its reference and the most it may cost of it. */
import { fileURLToPath } from 'node:url'
import { bareContainer } from './bare-container.mjs'
import { forget } from './forget.mjs'
import { prompts } from './prompt.mjs'
import { command, ec, time } from './tool.mjs'

const definition = (mark) => `{ containers.bench.config.environment.etc.bench.text = "${mark}"; }`
const shell = (mark) => time(command, ['shell', '-E', definition(mark), '--run', 'c', 'true'])

const bare = () => {
  let container
  return {
    setUp: async () => {
      container = await bareContainer(definition('bare'))
    },
    reference: () => container.run(),
    tearDown: () => container?.remove(),
  }
}

const many = 20
const group = (count) =>
  `{ containers = builtins.listToAttrs (builtins.genList (n: { name = "bench\${toString n}"; value.config = {}; }) ${count}); }`
const createAndDestroy = async (count) => {
  const created = await time(command, ['create', '--start', '-E', group(count)])
  return created + (await time(command, ['destroy', '--all']))
}

/** Ten containers that run; `mark` is in the system of the first. */
const ten = (mark) =>
  `{ containers = builtins.listToAttrs (builtins.genList (n: { name = "bench\${toString n}"; value.config.environment.etc.bench.text = if n == 0 then "${mark}" else "x"; }) 10); }`
const update = (mark) => time(command, ['create', '--start', '-E', ten(mark)])
const build = (mark) => time(command, ['build', '-E', ten(mark)])
const tenRun = {
  setUp: () => update('first'),
  tearDown: () => ec(['destroy', '--all']),
}
let round = 0

/**
 * One session measures all pairs, in its own shell: a process started to measure would count on both sides.
 * @param script prints the milliseconds of both, a line for each of as many pairs as its argument says
 */
const inSession = (script, args) => {
  let left
  return {
    pairs: 21,
    setUp: async () => {
      const file = fileURLToPath(new URL(script, import.meta.url))
      const { stdout } = await ec(['shell', ...args, '--run', 'bash', file, '22'])
      left = stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ').map(Number))
      if (left.length !== 22) throw new Error(`The session gave ${left.length} pairs:\n${stdout}`)
    },
    ours: async () => left[0][0],
    reference: async () => left.shift()[1],
  }
}

const restarts = () => {
  const reference = bare()
  return {
    ...reference,
    setUp: async () => {
      await reference.setUp()
      await ec(['create', '--start', '-E', definition('bare')])
    },
    ours: () => time(command, ['restart', 'bench']),
    tearDown: async () => {
      await ec(['destroy', 'bench'])
      await reference.tearDown()
    },
  }
}

const firstPrompt = () => {
  let shells
  return {
    setUp: async () => {
      shells = await prompts(definition('bare'))
    },
    ours: () => shells.shell(),
    reference: () => shells.bash(),
    tearDown: () => shells?.remove(),
  }
}

export const figures = [
  {
    name: 'extra-container list',
    against: 'node -e 0',
    target: 2,
    pairs: 21,
    ours: () => time(command, ['list']),
    reference: () => time(process.execPath, ['-e', '0']),
  },
  {
    name: 'shell -E ... --run c true, nothing built before',
    against: 'the same system tree: bare systemd-nspawn to READY, one nsenter, stop',
    target: 3,
    ...bare(),
    ours: async () => {
      await forget(definition('first'), definition('bare'))
      return shell('first')
    },
  },
  {
    name: 'the same again, unchanged',
    against: 'the same system tree: bare systemd-nspawn to READY, one nsenter, stop',
    target: 2,
    ...bare(),
    ours: () => shell('bare'),
  },
  {
    name: 'the first prompt of shell, after its container is ready',
    against: 'bash alone: from its start to its prompt',
    target: 300,
    beyond: true,
    ...firstPrompt(),
  },
  {
    // One that fails spoils the figure.
    name: 'restart, 50 times in a row',
    against: 'the same system tree: bare systemd-nspawn to READY, one nsenter, stop',
    target: 3,
    pairs: 50,
    ...restarts(),
  },
  {
    name: 'c true in a session',
    against: 'nsenter --all -t PID true',
    target: 2,
    ...inSession('session.bash', ['-E', definition('bare')]),
  },
  {
    name: 'the second cssh true in a session',
    against: 'a bare connect: Node starts, connects to port 22, ends',
    target: 150,
    beyond: true,
    ...inSession('cssh.bash', ['-E', '{ containers.bench.extra.addressPrefix = "10.250.9"; }', '--ssh']),
  },
  {
    name: `${many} containers: create --start, destroy --all`,
    against: `${many} times one container`,
    target: 0.6,
    pairs: 7,
    times: many,
    ours: () => createAndDestroy(many),
    reference: () => createAndDestroy(1),
  },
  {
    name: `per container: ${many} at once`,
    against: 'per container: 5 at once',
    target: 1,
    pairs: 7,
    times: many / 5,
    ours: () => createAndDestroy(many),
    reference: () => createAndDestroy(5),
  },
  {
    name: '10 containers: create --start, nothing changed',
    against: 'build of the same definition, nothing changed',
    target: 2,
    ...tenRun,
    ours: () => update('first'),
    reference: () => build('first'),
  },
  {
    name: '10 containers: create --start, one changed',
    against: 'build of the same definition, one changed',
    target: 2,
    ...tenRun,
    // What was built once, also in an earlier run of the benchmark, would not be built again.
    ours: () => update(`ours ${process.pid} ${Date.now()} ${round++}`),
    reference: () => build(`reference ${process.pid} ${Date.now()} ${round++}`),
  },
]
