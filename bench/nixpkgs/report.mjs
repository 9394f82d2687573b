/** The table, and NIXPKGS.md. */
import { asTable } from '../report.mjs'

const header = ['figure', 'here', 'reference', 'there', 'ratio', 'target', '', 'processor time']

const targetOf = ({ target, beyond, unit }) => (beyond ? `<= +${target} ${unit}` : `<= ${target}x`)

const cells = (result) =>
  result.error
    ? [result.name, '', result.against, '', '', targetOf(result), 'failed', '']
    : [
        result.name,
        `${Math.round(result.median)} ${result.unit}`,
        result.against,
        `${Math.round(result.referenceMedian)} ${result.unit}`,
        `${result.ratio.toFixed(2)}x`,
        targetOf(result),
        result.ok ? 'ok' : 'over',
        result.processorRatio === undefined ? '' : `${result.processorRatio.toFixed(2)}x`,
      ]

export const table = (results) => asTable(header, results.map(cells))

export const markdown = ({ machine, results }) => `# Results: containers of nixpkgs

Written by \`npm run bench:nixpkgs\`. Each figure and its references were measured in turn in the same run; the numbers are
medians of ${Math.min(...results.map(({ ours }) => ours.length))} or more. Only evaluation: results are taken for built. The ratio of processor time depends less on what else the machine did. All values are in [nixpkgs-results.json](nixpkgs-results.json).

${table(results)}

${Object.entries(machine)
  .map(([name, value]) => `- ${name}: ${value}`)
  .join('\n')}
`
