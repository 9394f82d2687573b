/** The nixpkgs that tests use, and what its units are compared by. */
import { root } from '../nix.ts'

/** Genuine nixpkgs, named by EXTRA_CONTAINER_TEST_NIXPKGS=PATH[:PATH...]. */
export const genuine = process.env.EXTRA_CONTAINER_TEST_NIXPKGS?.split(':').filter((path) => path !== '') ?? []

const standIns = ['20.09', '26.11'].map((release) => `${root}/test/nix/fixtures/nixpkgs/${release}`)

export const trees = genuine.length > 0 ? genuine : standIns

/** Differences that docs/nixpkgs.md lists: variables for all units, how scripts are named, where NixOS before 22.05 kept containers. */
export const directives = (unit: string) =>
  unit
    .replace(/\/nix\/store\/[a-z0-9]{32}-(unit-script-)?(container_[^ /]*)\/bin\/\2/g, 'SCRIPT $2')
    .replace(/(\/var\/lib|\/etc|\/run)\/containers\b/g, '$1/nixos-containers')
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) =>
        line !== '' && !/^(\[Install\]|WantedBy=|Environment="(LOCALE_ARCHIVE|TZDIR)=|X-Restart-Triggers=)/.test(line),
    )
    .sort()
