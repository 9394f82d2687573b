# attrTag: a set with exactly one of several attributes, each with an option of its own.
{ lib }:
let
  inherit (builtins)
    attrNames
    head
    intersectAttrs
    isAttrs
    length
    mapAttrs
    unsafeGetAttrPos
    ;
  inherit (lib.options) getFiles showFiles showOption;
  inherit (lib.strings) escapeNixIdentifier escapeNixString;

  asDeclaration = option: {
    options = option;
    _file = "<attrTag {...}>";
    pos = null;
  };

  checkTag =
    given: name: opt:
    let
      pos = unsafeGetAttrPos name given;
    in
    if opt._type or null == "option" then
      opt
      // {
        declarations = opt.declarations or (if pos == null then [ ] else [ pos.file ]);
        declarationPositions = opt.declarationPositions or (if pos == null then [ ] else [ pos ]);
      }
    else
      throw "In attrTag, each tag value must be an option, but tag ${escapeNixIdentifier name} ${
        if !(opt ? _type) then
          "was not."
        else if opt._type == "option-type" then
          "was a bare type, not wrapped in mkOption."
        else
          "was of type ${escapeNixString opt._type}."
      }";

  mergeTag =
    name: a: b:
    lib.modules.mergeOptionDecls [ name ] [ (asDeclaration a) (asDeclaration b) ]
    // {
      declarations = a.declarations ++ b.declarations;
      declarationPositions = a.declarationPositions ++ b.declarationPositions;
    };
in
rec {
  attrTag =
    given:
    let
      tags = mapAttrs (checkTag given) given;
      choices = lib.concatMapStringsSep ", " escapeNixIdentifier (attrNames tags);
      tagOf = v: head (attrNames v);
    in
    lib.mkOptionType {
      name = "attrTag";
      description = "attribute-tagged union with choices: ${choices}";
      descriptionClass = "noun";
      getSubOptions = prefix: mapAttrs (name: opt: opt // { loc = prefix ++ [ name ]; }) tags;
      check = v: isAttrs v && length (attrNames v) == 1 && tags ? ${tagOf v};
      merge =
        loc: defs:
        let
          tag = tagOf (head defs).value;
          values = map (
            def:
            if tagOf def.value != tag then
              throw "The option `${showOption loc}` is defined both as `${tag}` and `${tagOf def.value}`, in ${showFiles (getFiles defs)}."
            else
              {
                inherit (def) file;
                value = def.value.${tag};
              }
          ) defs;
        in
        {
          ${tag} = (lib.modules.evalOptionValue (loc ++ [ tag ]) tags.${tag} values).value;
        };
      nestedTypes = tags;
      functor = lib.defaultFunctor "attrTag" // {
        type = payload: attrTag payload.tags;
        payload = { inherit tags; };
        binOp = a: b: {
          tags =
            a.tags // b.tags // mapAttrs (name: opt: mergeTag name a.tags.${name} opt) (intersectAttrs a.tags b.tags);
        };
      };
    };
}
