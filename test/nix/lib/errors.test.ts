import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { evalError, evalWarnings, root } from '../nix.ts'

const folder = import.meta.dirname
const lib = `(import ${root}/nix/bases/host/lib)`

/** The message that each expression of errors.nix ends with. */
const messages: Record<string, string> = {
  unknown: `The option \`services.webb' does not exist. Definition values:
- In \`user': { port = ...; }

Did you mean \`services.web'?`,
  unknownFar: `The option \`entirelyDifferent' does not exist. Definition values:
- In \`user': 2`,
  unknownNear: `The option \`hostname' does not exist. Definition values:
- In \`user': "x"

Did you mean \`hostName'?`,
  unknownTwo: `The option \`net.porst' does not exist. Definition values:
- In \`user': 2

Did you mean \`net.port' or \`net.ports'?`,
  unknownSubmodule: `The option \`a.x.enabel' does not exist. Definition values:
- In \`user': false

Did you mean \`a.x.enable'?`,
  unknownValue: `The option \`entirelyDifferent' does not exist. Definition values:
- In \`user': { f = ...; missing = ...; some = ...; text = ...; }`,
  unknownIf: `The option \`entirelyDifferent' does not exist. Definition values:
- In \`user': 1`,
  unknownList: `The option \`entirelyDifferent' does not exist. Definition values:
- In \`user': [ ... ]`,
  unknownPackage: `The option \`entirelyDifferent' does not exist. Definition values:
- In \`user': <derivation>`,
  unknownLarge: `The option \`entirelyDifferent' does not exist. Definition values:
- In \`user': { a = ...; b = ...; c = ...; d = ...; "e f" = ...; ... }`,
  unknownNothingDeclared: `The option \`x' does not exist. Definition values:
- In \`user': 1

It seems as if you're trying to declare an option by placing it into \`config' rather than \`options'!`,
  unknownHint: `The option \`entirelyDifferent' does not exist. Definition values:
- In \`user': 1

It needs another base.`,
  unknownHintExtended: `The option \`a.entirelyDifferent' does not exist. Definition values:
- In \`user': 1

It needs another base.`,
  undefined: "The option `a' was accessed but has no value defined. Try setting the option.",
  undefinedNested: 'The option `a.b."c d"\' was accessed but has no value defined. Try setting the option.',
  undefinedSubmodule: "The option `a.x.b' was accessed but has no value defined. Try setting the option.",
  wrongType: `A definition for option \`a' is not of type \`signed integer'. Definition values:
- In \`user': "text"`,
  wrongTypeFile: `A definition for option \`fromFile' is not of type \`list of string'. Definition values:
- In \`${folder}/modules/wrong.nix': 1`,
  wrongTypeTwo: `A definition for option \`a' is not of type \`signed integer'. Definition values:
- In \`two':
    [
      1
    ]
- In \`one': "x"`,
  wrongTypeList: `A definition for option \`a."[definition 1-entry 2]"' is not of type \`signed integer'. Definition values:
- In \`user': "2"`,
  wrongTypeAttrs: `A definition for option \`a.b' is not of type \`signed integer'. Definition values:
- In \`user': "x"`,
  wrongTypeEnum: `A definition for option \`a' is not of type \`one of "yes", "no"'. Definition values:
- In \`user': "maybe"`,
  wrongTypePort: `A definition for option \`a' is not of type \`16 bit unsigned integer; between 0 and 65535 (both inclusive)'. Definition values:
- In \`user': 70000`,
  wrongTypeNull: `A definition for option \`a' is not of type \`null or (list of string)'. Definition values:
- In \`user': { }`,
  wrongTypeDefault: `A definition for option \`a' is not of type \`signed integer'. Definition values:
- In \`declares': "x"`,
  wrongTypeLong: `A definition for option \`a' is not of type \`signed integer'. Definition values:
- In \`user':
    {
      b = 1;
      c = 2;
      d = 3;
      e = 4;
    ...`,
  conflict: `The option \`a' has conflicting definition values:
- In \`two': "y"
- In \`one': "x"
Use \`lib.mkForce value\` or \`lib.mkDefault value\` to change the priority on any of these definitions.`,
  conflictForce: `The option \`a' has conflicting definition values:
- In \`two': "y"
- In \`one': "x"
Use \`lib.mkForce value\` or \`lib.mkDefault value\` to change the priority on any of these definitions.`,
  conflictUnique: `The option \`a' is defined multiple times while it's expected to be unique.

Definition values:
- In \`two': "x"
- In \`one': "x"
Use \`lib.mkForce value\` or \`lib.mkDefault value\` to change the priority on any of these definitions.`,
  conflictUniqueMessage: `The option \`a' is defined multiple times while it's expected to be unique.
Only one, please.
Definition values:
- In \`two': "x"
- In \`one': "x"
Use \`lib.mkForce value\` or \`lib.mkDefault value\` to change the priority on any of these definitions.`,
  conflictNull: "The option `a` is defined both null and not null, in `two' and `one'.",
  conflictAnything: "The option `a' has conflicting option types in `two' and `one'",
  conflictUnspecified: `Cannot merge definitions of \`a'. Definition values:
- In \`two': "1"
- In \`one': 1`,
  conflictTag: "The option `a` is defined both as `y` and `x`, in `two' and `one'.",
  readOnly: `The option \`a' is read-only, but it's set multiple times. Definition values:
- In \`declares': 1
- In \`user': 2`,
  readOnlyTwice: `The option \`a' is read-only, but it's set multiple times. Definition values:
- In \`two': 1
- In \`one': 1`,
  declaredTwice: "The option `a' in `declares' is already declared in `again'.",
  declaredTypes: "The option `a' in `declares' is already declared in `again'.",
  optionAsParent: `The option \`a' in module \`declares' would be a parent of the following options, but its type \`signed integer' does not support nested options.
 - option(s) with prefix \`a.b' in module \`child'`,
  bareType: `In module declares: expected an option declaration at option path \`a.b\` but got an attribute set with type option-type

A type alone declares nothing. Wrap it: b = lib.mkOption { type = ...; description = ...; };`,
  optionsNotASet: `An option declaration for \`a' has type
\`int' rather than an attribute set.
Did you mean to define this outside of \`options'?`,
  configNotASet: `In module \`user', you're trying to define a value of type \`int'
rather than an attribute set for the option
\`a'!

This usually happens if \`a' has option
definitions inside that are not matched. Please check how to properly define
this option by e.g. referring to \`man 5 configuration.nix'!`,
  mixedModule:
    "Module `:anon-1' has an unsupported attribute `a'. This is caused by introducing a top-level `config' or `options' attribute. Add configuration attributes immediately on the top level instead, or move all of them (namely: a) into the explicit `config' attribute.",
  notAModule: 'cannot coerce an integer to a string',
  nestedList: `Module imports can't be nested lists. Perhaps you meant to remove one level of lists? Definitions:
- In \`lists':
    [
      { }
    ]`,
  flakeAsModule: `Expected a module, but found a value of type "flake", while trying to load a module into user.

Each item of \`imports' and of \`modules' must be a module: a path, a function or an attribute set of options and definitions.
A flake holds modules under names, such as \`.nixosModules.default': select one of them.`,
  missingArgument: "attribute 'absent' missing",
  wrongClass:
    'The module `darwin.nix` (class: "darwin") cannot be imported into a module evaluation that expects class "nixos".',
  mkIfNotBool: '‘mkIf’ called with a non-Boolean condition',
  mkAssert: `error:
Failed assertion: it must hold`,
  disabledNoKey:
    'Module `user` contains a disabledModules item that is an attribute set without a `key` attribute, so that the module to disable is not known. Give a path, a string relative to modulesPath, or a set with a `key`.',
  removed: "The option `old' can no longer be used since it's been removed. Use new.",
  attrByPath: "evaluation aborted with the following error message: 'cannot find attribute 'a.b''",
  assertOneOf: `colour must be one of [
  "blue"
  "green"
], but is: "red"`,
  assertMsg: 'the message',
  checkAssertWarn: `error:
Failed assertions:
- one`,
  toInt: 'toInt: Could not convert "abc" to int.',
  toIntOctal: 'toInt: Ambiguity in interpretation of "010" between octal and zero padded integer.',
  callPackage: `evaluation aborted with the following error message: 'lib.customisation.callPackageWith: Function called without required argument "curll" at ${folder}/modules/package.nix:1, did you mean "curl"?'`,
  getExe: "lib.meta.getExe': The first argument is of type string, but it should be a derivation instead.",
  mkValueString: `evaluation aborted with the following error message: 'generators.mkValueStringDefault: lists not supported: [
  1
]'`,
  packageNotFound: 'hello cannot be found in pkgs',
  toShellVar: 'toShellVar: 1x is not a valid shell variable name',
}

test.each(Object.entries(messages))('%s', (name, message) => {
  expect(evalError(`(import ${join(folder, 'errors.nix')} ${lib}).${name}`)).toBe(message)
})

test('an unknown option is reported with where it is defined, in a file of its own', () => {
  const text = evalError(`(${lib}.evalModules { modules = [ { imports = [ ${folder}/modules/typo.nix ]; } ]; }).config`)
  expect(text).toContain("The option `fromFiel' does not exist")
  expect(text).toContain(`- In \`${folder}/modules/typo.nix'`)
  expect(text).toContain("Did you mean `fromFile'?")
})

test('reading a renamed option says its new name', () => {
  const text = evalWarnings(`(${lib}.evalModules {
    modules = [ (${lib}.mkRenamedOptionModule [ "old" ] [ "new" ]) { options.new = ${lib}.mkOption { default = 1; }; } ];
  }).config.old`)
  expect(text).toContain("Obsolete option `old' is used. It was renamed to `new'.")
})

test('lib.warn writes to stderr and gives its value', () => {
  expect(evalWarnings(`${lib}.warn "careful" 1`)).toMatch(/evaluation warning: careful/)
  expect(evalWarnings(`${lib}.warnIf false "careful" 1`)).not.toMatch(/careful/)
})
