/** The figures that are promised. Each has references, and the most that it may cost of each. */
import * as programs from './programs.mjs'

export async function figuresOf({ nixpkgs, bashTool }) {
  const ours = programs.ours(nixpkgs)
  const host = { name: 'whole NixOS host, the container alone', ...programs.nixosHost(nixpkgs) }
  const tool = bashTool && { name: 'bash tool', ...(await programs.bashTool(bashTool, nixpkgs)) }
  const node = { name: 'node -e 0', ...programs.node }
  const against = (reference, target, more = {}) => (reference ? [{ reference, target, ...more }] : [])

  return [
    {
      name: '1 plain container',
      count: 1,
      ours,
      references: [...against(tool, 0.45), ...against(host, 0.75)],
    },
    {
      name: '4 containers: 2 plain, openssh, nginx',
      count: 4,
      ours,
      references: against(tool, 0.3),
    },
    {
      name: '8 containers: 4 plain, 2 openssh, 2 nginx',
      count: 8,
      ours,
      references: [...against(tool, 0.22), ...against(tool, 0.75, { memory: true })],
    },
    ...[1, 8].map((count) => ({
      name: `unchanged, ${count} of ${count}`,
      count,
      ours: { ...ours, evaluate: ours.again },
      references: against(node, 150, { beyond: true }),
    })),
    {
      name: '1 of 8 changed',
      count: 8,
      changing: true,
      ours: { ...ours, evaluate: ours.again },
      references: against(tool, 0.15),
    },
  ]
}
