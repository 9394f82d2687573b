# Common licences by nixpkgs's names.
{ lib }:
let
  license =
    name: spdxId: fullName:
    {
      inherit spdxId fullName;
      shortName = name;
      url = "https://spdx.org/licenses/${spdxId}.html";
      free = true;
      redistributable = true;
      deprecated = false;
    };
in
builtins.mapAttrs
  (name: v: if builtins.isList v then license name (builtins.head v) (lib.last v) else v // { shortName = name; })
  {
    agpl3Only = [ "AGPL-3.0-only" "GNU Affero General Public License v3.0 only" ];
    agpl3Plus = [ "AGPL-3.0-or-later" "GNU Affero General Public License v3.0 or later" ];
    asl20 = [ "Apache-2.0" "Apache License 2.0" ];
    boost = [ "BSL-1.0" "Boost Software License 1.0" ];
    bsd2 = [ "BSD-2-Clause" "BSD 2-clause \"Simplified\" License" ];
    bsd3 = [ "BSD-3-Clause" "BSD 3-clause \"New\" or \"Revised\" License" ];
    cc0 = [ "CC0-1.0" "Creative Commons Zero v1.0 Universal" ];
    eupl12 = [ "EUPL-1.2" "European Union Public License 1.2" ];
    gpl2Only = [ "GPL-2.0-only" "GNU General Public License v2.0 only" ];
    gpl2Plus = [ "GPL-2.0-or-later" "GNU General Public License v2.0 or later" ];
    gpl3Only = [ "GPL-3.0-only" "GNU General Public License v3.0 only" ];
    gpl3Plus = [ "GPL-3.0-or-later" "GNU General Public License v3.0 or later" ];
    isc = [ "ISC" "ISC License" ];
    lgpl21Plus = [ "LGPL-2.1-or-later" "GNU Lesser General Public License v2.1 or later" ];
    lgpl3Plus = [ "LGPL-3.0-or-later" "GNU Lesser General Public License v3.0 or later" ];
    mit = [ "MIT" "MIT License" ];
    mpl20 = [ "MPL-2.0" "Mozilla Public License 2.0" ];
    psfl = [ "Python-2.0" "Python Software Foundation License version 2" ];
    publicDomain = { fullName = "Public Domain"; free = true; };
    unfree = { fullName = "Unfree"; free = false; };
    unlicense = [ "Unlicense" "The Unlicense" ];
    zlib = [ "Zlib" "zlib License" ];
  }
