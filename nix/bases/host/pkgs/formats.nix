# pkgs.formats: option types of settings and their files, under nixpkgs's names.
{ lib, writeText }:
let
  atom = lib.types.nullOr (
    lib.types.oneOf [
      lib.types.bool
      lib.types.int
      lib.types.float
      lib.types.str
      lib.types.path
    ]
  );

  value =
    lib.types.oneOf [
      atom
      (lib.types.attrsOf value)
      (lib.types.listOf value)
    ]
    // {
      # Of itself the description would not end.
      description = "JSON value";
    };

  json = _: {
    type = value;
    generate = name: it: writeText name "${builtins.toJSON it}\n";
  };

  # Strings, numbers and dates of TOML are JSON's, except that null cannot be written.
  toml =
    let
      key = name: if builtins.match "[A-Za-z0-9_-]+" name != null then name else builtins.toJSON name;
      isTable = it: lib.isAttrs it && !(lib.isDerivation it);
      isTables = it: lib.isList it && it != [ ] && lib.all isTable it;
      inline =
        it:
        if isTable it then
          "{ ${lib.concatStringsSep ", " (lib.mapAttrsToList (name: v: "${key name} = ${inline v}") it)} }"
        else if lib.isList it then
          "[${lib.concatMapStringsSep ", " inline it}]"
        else
          builtins.toJSON it;
      table =
        path: it:
        let
          given = lib.filterAttrs (_: v: v != null) it;
          plain = lib.filterAttrs (_: v: !isTable v && !isTables v) given;
          head = path: lib.concatMapStringsSep "." key path;
        in
        lib.concatStrings (lib.mapAttrsToList (name: v: "${key name} = ${inline v}\n") plain)
        + lib.concatStrings (
          lib.mapAttrsToList (
            name: v:
            if isTables v then
              lib.concatMapStrings (entry: "\n[[${head (path ++ [ name ])}]]\n${table (path ++ [ name ]) entry}") v
            else
              "\n[${head (path ++ [ name ])}]\n${table (path ++ [ name ]) v}"
          ) (removeAttrs given (lib.attrNames plain))
        );
    in
    table [ ];
in
{
  inherit json;

  # JSON is YAML.
  yaml = json;

  toml = _: {
    type = lib.types.attrsOf value;
    generate = name: it: writeText name (toml it);
  };

  ini =
    options:
    let
      generatorOptions = removeAttrs options [ "listToValue" "atomsCoercedToLists" ];
    in
    {
      type = lib.types.attrsOf (lib.types.attrsOf (lib.types.either atom (lib.types.listOf atom)));
      generate = name: it: writeText name (lib.generators.toINI generatorOptions it);
    };

  keyValue =
    options:
    let
      generatorOptions = removeAttrs options [ "listToValue" ];
    in
    {
      type = lib.types.attrsOf (lib.types.either atom (lib.types.listOf atom));
      generate = name: it: writeText name (lib.generators.toKeyValue generatorOptions it);
    };
}
