/** Pairs of a figure and its reference, in turn, so that both see the same machine; the median of each. */

export const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/**
 * A figure has `ours()` and `reference()`, each giving milliseconds; `setUp` and `tearDown` around all;
 * `times` how often the reference's cost counts; `pairs` (at least 7); `beyond`: the target is milliseconds on top of the
 * reference. One run that fails spoils the figure.
 */
export async function measure({ name, against, target, pairs = 9, times = 1, beyond = false, ...figure }) {
  const ours = []
  const theirs = []
  try {
    await figure.setUp?.()
    // The first of each warms the caches up and does not count.
    for (let pair = -1; pair < pairs; pair++) {
      const first = await figure.ours()
      const second = await figure.reference()
      if (pair >= 0) {
        ours.push(first)
        theirs.push(second * times)
      }
    }
  } catch (error) {
    return { name, against, target, beyond, error: error.message }
  } finally {
    await figure.tearDown?.()
  }
  const ratio = median(ours) / median(theirs)
  const over = beyond ? median(ours) - median(theirs) : ratio
  return {
    name,
    against,
    target,
    beyond,
    pairs,
    ours,
    theirs,
    median: median(ours),
    referenceMedian: median(theirs),
    ratio,
    ok: over <= target,
  }
}
