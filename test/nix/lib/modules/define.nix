{ imports = [ ./declare.nix ]; fromFile = [ "define" ]; }
