word: { imports = [ ./declare.nix ]; fromFile = [ word ]; }
