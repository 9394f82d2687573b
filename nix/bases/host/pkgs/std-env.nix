# stdenv.mkDerivation and the builder of runCommand.
#
# A build gets busybox's applets at least. Where Nix does not sandbox, it runs in bash and finds this machine's programs
# (gcc, make, ...) as well; the sandbox hides /usr, and a program that is missed there is told with what to do (build.sh).
{
  lib,
  busybox,
  build,
  system,
  hostPlatform,
}:
let
  binPath = packages: lib.makeBinPath (lib.filter (package: package != null) packages);

  # Arguments -> derivation. All attributes are in the build's environment, as nixpkgs has it.
  mkDerivation =
    args:
    if lib.isFunction args then
      lib.fix (final: mkDerivation (args final))
    else
      let
        name = args.name or "${args.pname}-${args.version}";
        inputs = lib.flatten [
          (args.nativeBuildInputs or [ ])
          (args.buildInputs or [ ])
          (args.propagatedBuildInputs or [ ])
        ];
        drv = derivation (
          {
            src = "";
          }
          // removeAttrs args [
            "env"
            "meta"
            "passthru"
            "pname"
            "version"
          ]
          // lib.optionalAttrs (args ? pname) { inherit (args) pname; }
          // lib.optionalAttrs (args ? version) { inherit (args) version; }
          // (args.env or { })
          // {
            inherit name system;
            builder = busybox;
            args = [
              "sh"
              ./build.sh
            ];
            inputPath = binPath inputs;
            passAsFile = [ "buildCommand" ] ++ args.passAsFile or [ ];
            preferLocalBuild = true;
            allowSubstitutes = false;
          }
        );
      in
      drv
      // {
        meta = args.meta or { };
        passthru = args.passthru or { };
        overrideAttrs =
          change: mkDerivation (args // (if lib.isFunction (change args) then change args args else change args));
      }
      // lib.optionalAttrs (args ? pname) { inherit (args) pname; }
      // lib.optionalAttrs (args ? version) { inherit (args) version; }
      // args.passthru or { };
in
{
  commandBuild = args: mkDerivation args;

  stdenv = {
    inherit mkDerivation system hostPlatform;
    buildPlatform = hostPlatform;
    targetPlatform = hostPlatform;
    isLinux = true;
    isDarwin = false;
    inherit (hostPlatform) is64bit isx86_64 isAarch64;
    shell = "/usr/bin/bash";
  };
}
