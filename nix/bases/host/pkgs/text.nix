# Builders of files from text, under nixpkgs's names.
{
  lib,
  build,
  runtimeShell,
}:
let
  # A file name that the store takes.
  storeName = name: lib.replaceStrings [ "/" " " "@" ":" "\\" "~" ] [ "-" "-" "-" "-" "-" "-" ] (lib.removePrefix "." (baseNameOf name));

  # Without references to results of builds, and without need of a mode, no build is needed.
  refersToBuilds = text: lib.any (context: !(context.path or false)) (lib.attrValues (builtins.getContext text));

  plainFile = name: text: {
    type = "derivation";
    inherit name;
    outPath = builtins.toFile name text;
    outputName = "out";
    outputs = [ "out" ];
    meta = { };
  };

  # nixpkgs's writeTextFile: `destination` is the path inside the result, which is a file itself where it is empty.
  # `checkPhase` is shell code that fails the build.
  writeTextFile =
    {
      name,
      text,
      executable ? false,
      destination ? "",
      checkPhase ? "",
      meta ? { },
      passthru ? { },
      derivationArgs ? { },
      ...
    }:
    if !executable && destination == "" && checkPhase == "" && meta == { } && passthru == { } && !refersToBuilds text then
      plainFile (storeName name) text
    else
      build {
        name = storeName name;
        inherit passthru;
        meta = lib.optionalAttrs (executable && destination != "") { mainProgram = baseNameOf destination; } // meta;
        env = derivationArgs // {
          inherit text;
          passAsFile = [ "text" ];
        };
        script = ''
          target=$out${lib.escapeShellArg destination}
          ${lib.optionalString (destination != "") ''mkdir -p "''${target%/*}"''}
          cp "$textPath" "$target"
          ${lib.optionalString executable ''chmod 555 "$target"''}
          ${checkPhase}
        '';
      };

  shellText = text: "#!${runtimeShell}\n${text}\n";
in
{
  inherit writeTextFile;

  writeText = name: text: writeTextFile { inherit name text; };

  writeTextDir =
    path: text:
    writeTextFile {
      name = path;
      inherit text;
      destination = "/${path}";
    };

  writeScript =
    name: text:
    writeTextFile {
      inherit name text;
      executable = true;
    };

  writeScriptBin =
    name: text:
    writeTextFile {
      inherit name text;
      executable = true;
      destination = "/bin/${name}";
    };

  writeShellScript =
    name: text:
    writeTextFile {
      inherit name;
      text = shellText text;
      executable = true;
    };

  writeShellScriptBin =
    name: text:
    writeTextFile {
      inherit name;
      text = shellText text;
      executable = true;
      destination = "/bin/${name}";
    };

  # The text is not run through shellcheck: the sandbox has none.
  writeShellApplication =
    {
      name,
      text,
      runtimeInputs ? [ ],
      runtimeEnv ? { },
      bashOptions ? [
        "errexit"
        "nounset"
        "pipefail"
      ],
      inheritPath ? true,
      meta ? { },
      passthru ? { },
      ...
    }:
    writeTextFile {
      inherit name meta passthru;
      executable = true;
      destination = "/bin/${name}";
      text = shellText (
        lib.concatMapStrings (option: "set -o ${option}\n") bashOptions
        + lib.concatStrings (lib.mapAttrsToList (key: value: "export ${key}=${lib.escapeShellArg (toString value)}\n") runtimeEnv)
        + lib.optionalString (
          runtimeInputs != [ ]
        ) "export PATH=\"${lib.makeBinPath runtimeInputs}${lib.optionalString inheritPath ":$PATH"}\"\n"
        + "\n${text}"
      );
    };

  # Files one after the other.
  concatText =
    name: files:
    build {
      inherit name;
      script = "cat ${lib.concatMapStringsSep " " (file: lib.escapeShellArg "${file}") files} > $out";
    };

  # The file `src` with each @NAME@ replaced by the value of that attribute.
  replaceVars =
    src: values:
    writeTextFile {
      name = baseNameOf (toString src);
      text = lib.replaceStrings (map (name: "@${name}@") (lib.attrNames values)) (map toString (lib.attrValues values)) (
        builtins.readFile src
      );
    };

  emptyFile = plainFile "empty-file" "";
}
