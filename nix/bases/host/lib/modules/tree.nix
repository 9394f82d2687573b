# The options and definitions of all modules -> the tree of options, and the definitions that no option takes.
{ lib }:
let
  inherit (builtins)
    all
    attrNames
    concatLists
    concatMap
    concatStringsSep
    filter
    head
    isAttrs
    length
    mapAttrs
    removeAttrs
    typeOf
    unsafeGetAttrPos
    zipAttrsWith
    ;
  inherit (lib.modules)
    evalOptionValue
    fixupOptionType
    mergeOptionDecls
    pushDownProperties
    ;
  inherit (lib.options) isOption mkOption showOption;

  collectNamed = zipAttrsWith (_: values: values);

  declarationsByName =
    prefix: modules:
    collectNamed (
      map (
        { _file, options, ... }:
        if !isAttrs options then
          throw ''
            An option declaration for `${concatStringsSep "." prefix}' has type
            `${typeOf options}' rather than an attribute set.
            Did you mean to define this outside of `options'?
          ''
        else
          mapAttrs (name: option: {
            inherit _file;
            pos = unsafeGetAttrPos name options;
            options = option;
          }) options
      ) modules
    );

  definitionsByName =
    prefix: defs:
    collectNamed (
      map (
        { file, value, ... }:
        if !isAttrs value then
          throw ''
            In module `${file}', you're trying to define a value of type `${typeOf value}'
            rather than an attribute set for the option
            `${concatStringsSep "." prefix}'!

            This usually happens if `${concatStringsSep "." prefix}' has option
            definitions inside that are not matched. Please check how to properly define
            this option by e.g. referring to `man 5 configuration.nix'!
          ''
        else
          mapAttrs (_: value: { inherit file value; }) value
      ) defs
    );

  wrongDeclaration =
    loc: decl:
    throw (
      "In module ${decl._file}: expected an option declaration at option path `${showOption loc}` but got an attribute set with type ${decl.options._type}"
      + (
        if decl.options._type == "option-type" then
          "\n\nA type alone declares nothing. Wrap it: ${lib.strings.escapeNixIdentifier (lib.last loc)} = lib.mkOption { type = ...; description = ...; };"
        else
          ""
      )
    );

  # Options beside an option of type submodule belong to the submodule.
  asSubmodule =
    decl:
    if isOption decl.options then
      decl
    else
      decl
      // {
        options = mkOption {
          type = lib.types.submoduleWith {
            modules = [ { inherit (decl) options; } ];
            shorthandOnlyDefinesConfig = null;
          };
        };
      };

  parentError =
    loc: parent: children:
    throw (
      "The option `${showOption loc}' in module `${parent._file}' would be a parent of the following options, but its type `${
        parent.options.type.description or "<no description>"
      }' does not support nested options.\n"
      + concatStringsSep "\n" (
        lib.naturalSort (
          concatMap (
            decl:
            map (name: " - option(s) with prefix `${showOption (loc ++ [ name ])}' in module `${decl._file}'") (
              attrNames decl.options
            )
          ) children
        )
      )
    );

  leaf = loc: decls: defs: {
    matchedOptions = evalOptionValue loc (fixupOptionType loc (mergeOptionDecls loc decls)) defs;
    unmatchedDefns = [ ];
  };

  node =
    prefix: decls: defs:
    let
      declared = declarationsByName prefix decls;
      defined = definitionsByName prefix defs;

      results = mapAttrs (
        name: decls:
        let
          loc = prefix ++ [ name ];
          own = defined.${name} or [ ];
          isTyped = decl: decl.options ? _type && (decl.options._type == "option" || wrongDeclaration loc decl);
          options = filter isTyped decls;
        in
        if options == [ ] then
          node loc decls (
            concatMap ({ file, value, ... }: map (value: { inherit file value; }) (pushDownProperties value)) own
          )
        else if length options == length decls then
          leaf loc decls own
        else if all (decl: decl.options.type.name or null == "submodule") options then
          leaf loc (map asSubmodule decls) own
        else
          parentError loc (head options) (filter (decl: !isOption decl.options) decls)
      ) declared;

      unmatched = mapAttrs (_: r: r.unmatchedDefns) results // removeAttrs defined (attrNames declared);
    in
    {
      matchedOptions = mapAttrs (_: r: r.matchedOptions) results;
      unmatchedDefns =
        if defs == [ ] then
          [ ]
        else
          concatLists (
            lib.mapAttrsToList (name: map (def: def // { prefix = [ name ] ++ (def.prefix or [ ]); })) unmatched
          );
    };
in
{
  # modules: as collectModules gives them, the first of lowest rank. Gives { matchedOptions, unmatchedDefns }, the latter
  # a list of { file, prefix (names from here on), value }.
  mergeModules =
    prefix: modules:
    node prefix modules (
      concatMap (
        m:
        map (value: {
          file = m._file;
          inherit value;
        }) (pushDownProperties m.config)
      ) modules
    );
}
