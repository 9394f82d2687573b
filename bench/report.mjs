/** The table, and RESULTS.md. */

const header = ['figure', 'ms', 'reference', 'ms', 'ratio', 'target', '']

const targetOf = ({ target, beyond }) => (beyond ? `<= +${target} ms` : `<= ${target}x`)

const cells = (result) =>
  result.error
    ? [result.name, '', result.against, '', '', targetOf(result), 'failed']
    : [
        result.name,
        result.median.toFixed(1),
        result.against,
        result.referenceMedian.toFixed(1),
        `${result.ratio.toFixed(2)}x`,
        targetOf(result),
        result.ok ? 'ok' : 'over',
      ]

export const table = (results) => asTable(header, results.map(cells))

export function asTable(header, cells) {
  const rows = [header, ...cells]
  const widths = header.map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)))
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [line(header), rule, ...rows.slice(1).map(line)].join('\n')
}

export const markdown = ({ machine, results }) => `# Results

Written by \`npm run bench\`. Each figure and its reference were measured in turn in the same run; the numbers are
medians of ${Math.min(...results.map(({ pairs }) => pairs))} pairs or more. All values are in [results.json](results.json).

${table(results)}

${Object.entries(machine)
  .map(([name, value]) => `- ${name}: ${value}`)
  .join('\n')}
`
