/** A figure and its references, in turn, so that all see the same machine. */
import { median } from '../measure.mjs'
import { define } from './definitions.mjs'

/** @returns a row for each reference */
export async function measure(figure, pairs) {
  const definition = await define(figure.count)
  const { ours } = figure
  const references = [...new Set(figure.references.map(({ reference }) => reference))]
  const seen = new Map([ours, ...references].map((program) => [program, []]))
  const prepare = async (programs) => {
    for (const program of programs) await program.prepare(definition.file)
  }
  try {
    // The first reads nixpkgs from the disk and does not count.
    await prepare([ours])
    await ours.evaluate(definition.file)
    if (!figure.changing) await prepare(references)
    for (let pair = 0; pair < pairs; pair++) {
      if (figure.changing) {
        await definition.change()
        await prepare([ours, ...references])
      }
      for (const [program, costs] of seen) costs.push(await program.evaluate(definition.file))
    }
  } catch (error) {
    return figure.references.map((against) => ({ ...described(figure, against), error: error.message }))
  } finally {
    await definition.remove()
  }
  return figure.references.map((against) => row(figure, against, seen))
}

const described = ({ name }, { reference, target, beyond = false, memory = false }) => ({
  name: memory ? `${name}, peak memory` : name,
  against: reference.name,
  target,
  beyond,
  unit: memory ? 'MiB' : 'ms',
})

function row(figure, against, seen) {
  const costOf = ({ milliseconds, memory }) => (against.memory ? memory / 2 ** 20 : milliseconds)
  const ours = seen.get(figure.ours).map(costOf)
  const theirs = seen.get(against.reference).map(costOf)
  const processors = (program) => seen.get(program).map((once) => once.processors)
  const [busy, theyBusy] = [figure.ours, against.reference].map((program) => median(processors(program)))
  const ratio = median(ours) / median(theirs)
  const over = against.beyond ? median(ours) - median(theirs) : ratio
  return {
    ...described(figure, against),
    ours,
    theirs,
    processors: { ours: processors(figure.ours), theirs: processors(against.reference) },
    median: median(ours),
    referenceMedian: median(theirs),
    ratio,
    processorRatio: against.memory ? undefined : busy / theyBusy,
    ok: over <= against.target,
  }
}
