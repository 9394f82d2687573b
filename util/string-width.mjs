/**
 * Stands in for yargs' string-width in the bundle: its tables of emoji cost 20 ms at every start, and only the help uses
 * them, which is ASCII here.
 */
export default (text) => text.length
