# environment.etc: files in /etc. Each is a link to /etc/static, or a copy where `mode` says so.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  file = lib.types.submodule (
    { name, config, ... }:
    {
      options = {
        enable = lib.mkOption {
          type = lib.types.bool;
          default = true;
          example = false;
          description = "Whether the file is made.";
        };
        target = lib.mkOption {
          type = lib.types.str;
          default = name;
          defaultText = lib.literalExpression "the attribute's name";
          example = "demo/demo.conf";
          description = "Path of the file in /etc.";
        };
        text = lib.mkOption {
          type = lib.types.nullOr lib.types.lines;
          default = null;
          example = "key=value";
          description = "Content of the file.";
        };
        source = lib.mkOption {
          type = lib.types.path;
          default =
            if config.text != null then
              pkgs.writeText (baseNameOf name) config.text
            else
              throw "environment.etc.\"${name}\" has neither a text nor a source. Set one of them.";
          defaultText = lib.literalExpression "a file with `text`";
          example = "/usr/share/demo/demo.conf";
          description = "The file, or folder, that the path in /etc shows.";
        };
        mode = lib.mkOption {
          type = lib.types.str;
          default = "symlink";
          example = "0600";
          description = "`symlink`, `direct-symlink` (a link to `source` itself), or the mode of a copy.";
        };
        user = lib.mkOption {
          type = lib.types.str;
          default = "+${toString config.uid}";
          defaultText = lib.literalExpression ''"+''${uid}"'';
          example = "nobody";
          description = "Owner of a copy, or `+` and a number.";
        };
        group = lib.mkOption {
          type = lib.types.str;
          default = "+${toString config.gid}";
          defaultText = lib.literalExpression ''"+''${gid}"'';
          example = "nogroup";
          description = "Group of a copy, or `+` and a number.";
        };
        uid = lib.mkOption {
          type = lib.types.int;
          default = 0;
          example = 1000;
          description = "Number of a copy's owner.";
        };
        gid = lib.mkOption {
          type = lib.types.int;
          default = 0;
          example = 100;
          description = "Number of a copy's group.";
        };
      };
    }
  );

  enabled = lib.filter (entry: entry.enable) (lib.attrValues config.environment.etc);
  targets = map (entry: entry.target) enabled;
  twice = lib.unique (lib.filter (target: lib.count (other: other == target) targets > 1) targets);
in
{
  options.environment.etc = lib.mkOption {
    type = lib.types.attrsOf file;
    default = { };
    example = {
      "demo.conf".text = "key=value";
    };
    description = "Files in /etc, by path.";
  };

  config = {
    assertions = [
      {
        assertion = lib.length targets == lib.length (lib.attrNames (lib.genAttrs targets (_: null)));
        message = "Several entries of environment.etc make the same file: ${toString twice}. Set `enable = false` in all but one.";
      }
    ];
    system.build.etcFiles = enabled;
  };
}
