# programs.*: shells and editors, as far as a definition sets them.
{ config, lib, ... }:
let
  enable =
    what:
    lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      description = "Whether ${what} is set up. The machine must have it.";
    };
in
{
  options.programs = {
    bash = {
      enable = lib.mkOption {
        type = lib.types.bool;
        default = true;
        example = true;
        description = "Bash is always there.";
      };
      promptInit = lib.mkOption {
        type = lib.types.lines;
        default = ''\u@\h:\w\$ '';
        example = "$ ";
        description = "The prompt, PS1.";
      };
      interactiveShellInit = lib.mkOption {
        type = lib.types.lines;
        default = "";
        example = "set -o vi";
        description = "Shell code that interactive bash runs.";
      };
      shellAliases = lib.mkOption {
        type = lib.types.attrsOf lib.types.str;
        default = { };
        example = {
          ll = "ls -l";
        };
        description = "Aliases of bash.";
      };
    };
    zsh.enable = enable "zsh";
    fish.enable = enable "fish";
    vim.enable = enable "vim";
    vim.defaultEditor = enable "vim as EDITOR";
    nano.enable = enable "nano";
    git.enable = enable "git";
    htop.enable = enable "htop";
    tmux.enable = enable "tmux";
    mtr.enable = enable "mtr";
    command-not-found.enable = enable "command-not-found";
  };

  config.environment = {
    inherit (config.programs.bash) shellAliases;
    variables = lib.mkIf config.programs.vim.defaultEditor { EDITOR = lib.mkDefault "vim"; };
  };
}
