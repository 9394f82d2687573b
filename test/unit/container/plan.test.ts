import { describe, expect, test } from '@jest/globals'
import type { Declared } from '../../../src/container/etc.ts'
import type { Installed } from '../../../src/container/installed.ts'
import { changeOf, type Mode, plan } from '../../../src/container/plan.ts'
import type { State } from '../../../src/machine/machine.ts'

const conf = (system: string, more = '') => ({
  path: `/nix/store/${system}${more}`,
  text: `SYSTEM_PATH=${system}\n${more}`,
})
const unit = (trigger: string, more = '') => ({
  path: `/nix/store/u${trigger}${more}`,
  text: `[Unit]\nX-Restart-Triggers=${trigger}\n${more}`,
})
const declared: Declared = { name: 'demo', unit: unit('a'), conf: conf('a'), settings: new Map() }

const before = {
  nothing: { kind: 'none' },
  same: { kind: 'ours', unit: unit('a'), conf: conf('a') },
  system: { kind: 'ours', unit: unit('b'), conf: conf('b') },
  conf: { kind: 'ours', unit: unit('a'), conf: conf('a', 'HOST_ADDRESS=10.0.0.1\n') },
  unit: { kind: 'ours', unit: unit('a', 'ExecStart=x\n'), conf: conf('a') },
  half: { kind: 'ours', unit: undefined, conf: conf('a') },
} satisfies Record<string, Installed>

describe('changeOf', () => {
  test.each([
    ['nothing', 'new'],
    ['same', 'none'],
    ['system', 'system'],
    ['conf', 'container'],
    ['unit', 'container'],
    ['half', 'new'],
  ] as const)('%s → %s', (installed, change) => {
    expect(changeOf(declared, before[installed])).toBe(change)
  })
})

const modes: Record<string, Mode> = {
  install: { start: false, update: false, restart: false },
  start: { start: true, update: false, restart: false },
  update: { start: false, update: true, restart: false },
  restart: { start: false, update: false, restart: true },
  startRestart: { start: true, update: false, restart: true },
}

describe('plan', () => {
  test.each<[keyof typeof before, State, keyof typeof modes, string]>([
    ['nothing', 'stopped', 'install', 'none'],
    ['nothing', 'stopped', 'start', 'start'],
    ['nothing', 'stopped', 'update', 'none'],
    ['nothing', 'stopped', 'restart', 'none'],
    ['same', 'stopped', 'start', 'start'],
    ['same', 'failed', 'start', 'start'],
    ['same', 'running', 'start', 'none'],
    ['same', 'running', 'restart', 'none'],
    ['system', 'running', 'install', 'none'],
    ['system', 'running', 'start', 'update'],
    ['system', 'running', 'update', 'update'],
    ['system', 'running', 'restart', 'restart'],
    ['system', 'running', 'startRestart', 'restart'],
    ['system', 'starting', 'start', 'restart'],
    ['system', 'stopped', 'update', 'none'],
    ['conf', 'running', 'install', 'none'],
    ['conf', 'running', 'start', 'restart'],
    ['conf', 'running', 'update', 'restart'],
    ['unit', 'running', 'update', 'restart'],
    ['half', 'running', 'start', 'restart'],
  ])('%s installed, %s, mode %s → %s', (installed, state, mode, action) => {
    const steps = plan(
      [declared],
      new Map([['demo', before[installed]]]),
      new Map([['demo', state]]),
      new Map(),
      new Set(),
      modes[mode] ?? { start: false, update: false, restart: false },
    )
    expect(steps.map((step) => step.action)).toEqual([action])
  })

  test.each([
    ['start', 'conf', 'hold'],
    ['update', 'unit', 'hold'],
    ['start', 'system', 'update'],
    ['restart', 'conf', 'restart'],
  ] as const)('restartIfChanged = false, mode %s, %s differs → %s', (mode, installed, action) => {
    const held = { ...declared, unit: unit('a', 'X-RestartIfChanged=false\n') }
    const modeOf = modes[mode] ?? { start: false, update: false, restart: false }
    const same = installed === 'system' ? { ...before.system, unit: held.unit } : before[installed]
    const [step] = plan([held], new Map([['demo', same]]), new Map([['demo', 'running']]), new Map(), new Set(), modeOf)
    expect(step?.action).toBe(action)
  })

  test.each([
    ['start', '/nix/store/b', 'update'],
    ['restart', '/nix/store/b', 'restart'],
    ['install', '/nix/store/b', 'none'],
    ['start', '/nix/store/a', 'none'],
  ] as const)('nothing differs, mode %s, but %s runs → %s', (mode, running, action) => {
    const container = { ...declared, settings: new Map([['SYSTEM_PATH', '/nix/store/a']]) }
    const modeOf = modes[mode] ?? { start: false, update: false, restart: false }
    const same = new Map([['demo', before.same]])
    const [step] = plan(
      [container],
      same,
      new Map([['demo', 'running']]),
      new Map([['demo', running]]),
      new Set(),
      modeOf,
    )
    expect(step).toMatchObject({ change: 'none', action })
  })

  test.each([
    ['start', 'restart'],
    ['install', 'none'],
  ] as const)('nothing differs, mode %s, but it runs with earlier options → %s', (mode, action) => {
    const modeOf = modes[mode] ?? { start: false, update: false, restart: false }
    const same = new Map([['demo', before.same]])
    const [step] = plan([declared], same, new Map([['demo', 'running']]), new Map(), new Set(['demo']), modeOf)
    expect(step).toMatchObject({ change: 'none', action, differences: [{ what: 'running', key: 'unit' }] })
  })

  test('keeps the order of the definition', () => {
    const steps = plan([declared, { ...declared, name: 'a' }], new Map(), new Map(), new Map(), new Set(), {
      start: true,
      update: false,
      restart: false,
    })
    expect(steps.map(({ name }) => name)).toEqual(['demo', 'a'])
  })
})
