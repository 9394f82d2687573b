# Several declarations of one option -> one.
{ lib }:
let
  inherit (builtins) head;
  inherit (lib.modules) setDefaultModuleLocation;
  inherit (lib.options) showFiles showOption;

  unique = [
    "default"
    "example"
    "description"
    "apply"
  ];

  positionOf =
    decl:
    if decl.pos != null then
      decl.pos
    else
      {
        file = decl._file;
        line = null;
        column = null;
      };

  # The modules of a submodule type, each placed in the file that declares the option.
  submodulesOf =
    decl:
    let
      modules = decl.options.type.getSubModules or null;
    in
    if modules == null then [ ] else map (setDefaultModuleLocation decl._file) modules;

  first = loc: decl: decl.options // {
    inherit loc;
    declarations = [ decl._file ];
    declarationPositions = [ (positionOf decl) ];
    options = submodulesOf decl;
  };

  add =
    loc: res: decl:
    let
      opt = decl.options;
      clash = throw "The option `${showOption loc}' in `${decl._file}' is already declared in ${showFiles res.declarations}.";
      merged = res.type.typeMerge opt.type.functor;
    in
    if builtins.any (name: opt ? ${name} && res ? ${name}) unique then
      clash
    else
      opt
      // res
      // {
        declarations = res.declarations ++ [ decl._file ];
        declarationPositions = res.declarationPositions ++ [ (positionOf decl) ];
        options = submodulesOf decl ++ res.options;
      }
      // (
        if opt ? type && res ? type then { type = if merged == null then clash else merged; } else { }
      );
in
{
  # opts: [ { _file, pos, options (the option) } ].
  mergeOptionDecls =
    loc: opts: builtins.foldl' (add loc) (first loc (head opts)) (builtins.tail opts);

  # The merged declaration with its type settled: `unspecified' where none is given, submodules joined.
  fixupOptionType =
    loc: opt:
    if opt.type.getSubModules or null == null then
      opt // { type = opt.type or lib.types.unspecified; }
    else
      opt
      // {
        type = opt.type.substSubModules opt.options;
        options = [ ];
      };
}
