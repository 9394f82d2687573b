# Pieces of text that name the pieces to come before them, such as activation scripts.
{ ... }:
rec {
  fullDepEntry = text: deps: { inherit text deps; };
  noDepEntry = text: fullDepEntry text [ ];
  packEntry = deps: fullDepEntry "" deps;
  stringAfter = deps: text: fullDepEntry text deps;

  # The texts of the named pieces and of all that they depend on, each once, dependencies first.
  textClosureList =
    pieces: names:
    let
      visit =
        state: name:
        if builtins.isAttrs name then
          visitDeps state name.deps [ name.text ]
        else if state.done ? ${name} then
          state
        else
          visitDeps (state // { done = state.done // { ${name} = true; }; }) pieces.${name}.deps [
            pieces.${name}.text
          ];
      visitDeps =
        state: deps: texts:
        let
          after = builtins.foldl' visit state deps;
        in
        after // { texts = after.texts ++ texts; };
    in
    (builtins.foldl' visit {
      done = { };
      texts = [ ];
    } names).texts;
  textClosureMap =
    f: pieces: names:
    builtins.concatStringsSep "\n" (map f (textClosureList pieces names));
}
