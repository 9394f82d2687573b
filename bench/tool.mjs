/** Starts programs and measures them; any exit status but 0 is an error. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const command = fileURLToPath(new URL('../bin/extra-container', import.meta.url))

/** @returns milliseconds from start to end, and what it printed */
export function run(file, args, { input = '', env } = {}) {
  return new Promise((resolve, reject) => {
    const begin = performance.now()
    const child = spawn(file, args, { stdio: 'pipe', env: { ...process.env, ...env } })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (data) => {
      stdout += data
    })
    child.stderr.on('data', (data) => {
      stderr += data
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const milliseconds = performance.now() - begin
      if (code === 0) resolve({ milliseconds, stdout })
      else reject(new Error(`${[file, ...args].join(' ')}: exit status ${code ?? signal}\n${stdout}${stderr}`))
    })
  })
}

export const ec = (args, options) => run(command, args, options)

export const time = async (file, args, options) => (await run(file, args, options)).milliseconds

export const installed = async () => (await ec(['list'])).stdout.split('\n').filter((name) => name !== '')
