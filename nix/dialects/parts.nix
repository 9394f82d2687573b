# Containers of a definition as data, each for itself: several processes share their evaluation, and what did not change is not
# evaluated again (src/eval/parts.ts). ../join.nix makes the same etc of them as one process would.
#
#   names    of all containers
#   chosen   names of those to evaluate, in this order
#   filesOf  NAME -> files of that container
#   etc      files -> the derivation
#   first    what all of them need
{
  names,
  first,
  chosen,
  filesOf,
  etc,
}:
let
  data = import ../data.nix;

  # Forces a value, after a sign in what is printed and in what is noted of the environment (src/eval/reads.c): all that
  # comes then belongs to this container.
  beginning =
    name: value:
    let
      sign = "extra-container: container ${name}";
    in
    builtins.trace sign (builtins.seq (builtins.getEnv sign) (builtins.deepSeq value value));

  containers = builtins.foldl' (
    before: name: before ++ [ (beginning name { inherit name; files = data.from (filesOf name); }) ]
  ) [ ] chosen;

  # Last, since the names alone are known only when the files of all containers were read.
  common = beginning "" {
    inherit names;
    derivation = data.from (etc { }).drvAttrs;
  };
in
builtins.deepSeq [ first containers ] (common // { inherit containers; })
