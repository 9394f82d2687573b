# environment.*: packages, variables and shell snippets that all users get.
{ config, lib, ... }:
let
  cfg = config.environment;

  lines =
    description: example:
    lib.mkOption {
      type = lib.types.lines;
      default = "";
      inherit description example;
    };

  variables =
    description: example:
    lib.mkOption {
      type = lib.types.attrsOf (
        lib.types.nullOr (
          lib.types.oneOf [
            (lib.types.listOf (
              lib.types.oneOf [
                lib.types.int
                lib.types.str
                lib.types.path
              ]
            ))
            lib.types.int
            lib.types.str
            lib.types.path
          ]
        )
      );
      default = { };
      apply =
        set:
        lib.mapAttrs (_: value: if lib.isList value then lib.concatMapStringsSep ":" toString value else toString value) (
          lib.filterAttrs (_: value: value != null) set
        );
      inherit description example;
    };
in
{
  options.environment = {
    systemPackages = lib.mkOption {
      type = lib.types.listOf lib.types.package;
      default = [ ];
      example = lib.literalExpression "[ pkgs.curl ]";
      description = "Packages in every user's PATH. What the machine has in /usr is there anyway.";
    };
    defaultPackages = lib.mkOption {
      type = lib.types.listOf lib.types.package;
      default = [ ];
      example = lib.literalExpression "[ pkgs.strace ]";
      description = "Packages in every user's PATH, beside systemPackages.";
    };
    pathsToLink = lib.mkOption {
      type = lib.types.listOf lib.types.str;
      default = [
        "/bin"
        "/etc/xdg"
        "/lib"
        "/sbin"
        "/share"
      ];
      example = [ "/include" ];
      description = "Folders of the packages that are linked into /run/current-system/sw.";
    };
    extraSetup = lines "Shell code that runs at the end of the build of /run/current-system/sw." "rm $out/bin/unwanted";
    variables = variables "Variables that every shell sets." { EDITOR = "vim"; };
    sessionVariables = variables "Variables that every login sets, through PAM and by the shells." { EDITOR = "vim"; };
    shellAliases = lib.mkOption {
      type = lib.types.attrsOf (lib.types.nullOr (lib.types.either lib.types.str lib.types.path));
      default = { };
      example = {
        ll = "ls -l";
      };
      description = "Aliases of interactive shells.";
    };
    shells = lib.mkOption {
      type = lib.types.listOf (lib.types.either lib.types.shellPackage lib.types.path);
      default = [ ];
      example = [ "/usr/bin/zsh" ];
      description = "Shells that users may have, for /etc/shells.";
    };
    shellInit = lines "Shell code that every shell runs." "umask 027";
    loginShellInit = lines "Shell code that login shells run." "echo welcome";
    interactiveShellInit = lines "Shell code that interactive shells run." "set -o vi";
    extraInit = lines "Shell code at the end of what sets the variables." "export A=b";
    homeBinInPath = lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      description = "Whether ~/bin is in PATH.";
    };
    localBinInPath = lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      description = "Whether ~/.local/bin is in PATH.";
    };
  };

  config = {
    environment.variables = lib.mapAttrs (_: lib.mkDefault) cfg.sessionVariables;

    environment.etc.shells.text = lib.concatMapStrings (shell: "${shell}\n") (
      lib.unique (
        map (shell: if lib.isAttrs shell then "${shell}${shell.shellPath}" else toString shell) cfg.shells
        ++ [
          "/bin/sh"
          "/bin/bash"
          "/usr/bin/sh"
          "/usr/bin/bash"
        ]
      )
    );
  };
}
