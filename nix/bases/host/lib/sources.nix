# Folders copied to the store, filtered.
{ lib }:
let
  inherit (builtins) elem match;
  inherit (lib) hasPrefix hasSuffix;

  versionControl = [
    ".svn"
    "CVS"
    ".hg"
    ".jj"
    ".pijul"
    "_darcs"
  ];
in
rec {
  cleanSourceFilter =
    path: type:
    let
      name = baseNameOf path;
    in
    !(
      name == ".git"
      || (type == "directory" && elem name versionControl)
      || hasSuffix "~" name
      || match "\\.sw[a-z]|\\..*\\.sw[a-z]" name != null
      || hasSuffix ".o" name
      || hasSuffix ".so" name
      || (type == "symlink" && hasPrefix "result" name)
      || type == "unknown"
    );
  cleanSource =
    src:
    cleanSourceWith {
      inherit src;
      filter = cleanSourceFilter;
    };
  # Filters add up where src is filtered already.
  cleanSourceWith =
    {
      src,
      filter ? (_: _: true),
      name ? null,
    }:
    let
      isFiltered = src ? _isLibCleanSourceWith;
      self = {
        _isLibCleanSourceWith = true;
        origSrc = if isFiltered then src.origSrc else src;
        filter = if isFiltered then path: type: filter path type && src.filter path type else filter;
        name =
          if name != null then
            name
          else if isFiltered then
            src.name
          else
            "source";
        outPath = builtins.path {
          inherit (self) filter name;
          path = self.origSrc;
        };
      };
    in
    self;
  sourceByRegex =
    src: patterns:
    let
      root = toString (src.origSrc or src) + "/";
    in
    cleanSourceWith {
      inherit src;
      filter =
        path: _: builtins.any (pattern: match pattern (lib.removePrefix root (toString path)) != null) patterns;
    };
  sourceFilesBySuffices =
    src: suffixes:
    cleanSourceWith {
      inherit src;
      filter = path: type: type == "directory" || builtins.any (s: hasSuffix s (baseNameOf path)) suffixes;
    };
  inherit (builtins) filterSource;
  pathHasContext = builtins.hasContext;
  canCleanSource = src: src ? _isLibCleanSourceWith || !pathHasContext (toString src);
}
