# What is known about a package: its programs, name, priority, platforms and licences.
{ lib }:
let
  inherit (builtins) isString typeOf;
  inherit (lib) assertMsg;
in
rec {
  defaultPriority = 5;
  addMetaAttrs =
    new: drv:
    if drv ? overrideAttrs then
      drv.overrideAttrs (old: {
        meta = old.meta or { } // new;
      })
    else
      drv // { meta = drv.meta or { } // new; };
  dontDistribute = addMetaAttrs { hydraPlatforms = [ ]; };
  setName = name: drv: drv // { inherit name; };
  updateName = f: drv: drv // { name = f drv.name; };
  appendToName =
    suffix:
    updateName (
      name:
      let
        parsed = builtins.parseDrvName name;
      in
      "${parsed.name}-${suffix}-${parsed.version}"
    );
  mapDerivationAttrset = f: builtins.mapAttrs (_: v: if lib.isDerivation v then f v else v);
  setPrio = priority: addMetaAttrs { inherit priority; };
  lowPrio = setPrio 10;
  hiPrio = setPrio (-10);
  lowPrioSet = mapDerivationAttrset lowPrio;
  hiPrioSet = mapDerivationAttrset hiPrio;

  platformMatch =
    platform: pattern:
    if isString pattern then
      platform.system or null == pattern
    else
      lib.matchAttrs (if pattern ? parsed then pattern else { parsed = pattern; }) platform;
  availableOn =
    platform: pkg:
    let
      matches = builtins.any (platformMatch platform);
    in
    (!(pkg ? meta.platforms) || matches pkg.meta.platforms)
    && !(pkg ? meta.badPlatforms && matches pkg.meta.badPlatforms);

  licensesSpdx = lib.mapAttrs' (_: l: lib.nameValuePair l.spdxId l) (
    lib.filterAttrs (_: l: l ? spdxId) lib.licenses
  );
  getLicenseFromSpdxId =
    id:
    getLicenseFromSpdxIdOr id (
      lib.warn "getLicenseFromSpdxId: No license with the given SPDX ID found: ${id}" {
        shortName = id;
        spdxId = id;
      }
    );
  getLicenseFromSpdxIdOr =
    id: default:
    let
      byLowerId = lib.mapAttrs' (id: lib.nameValuePair (lib.toLower id)) licensesSpdx;
    in
    byLowerId.${lib.toLower id} or default;

  # The path of a package's main program.
  getExe =
    pkg:
    getExe' pkg (
      pkg.meta.mainProgram or (lib.warn
        "getExe: Package ${
          lib.strings.escapeNixIdentifier (pkg.meta.name or pkg.pname or pkg.name)
        } has no meta.mainProgram: its program is taken to have the package's name. Set meta.mainProgram, or name the program with lib.getExe'."
        (lib.getName pkg)
      )
    );
  getExe' =
    pkg: program:
    assert assertMsg (lib.isDerivation pkg)
      "lib.meta.getExe': The first argument is of type ${typeOf pkg}, but it should be a derivation instead.";
    assert assertMsg (isString program)
      "lib.meta.getExe': The second argument is of type ${typeOf program}, but it should be a string instead.";
    assert assertMsg (!lib.hasInfix "/" program)
      "lib.meta.getExe': The second argument \"${program}\" is a nested path with a \"/\" character, but it should just be the name of the executable instead.";
    "${lib.getBin pkg}/bin/${program}";
}
