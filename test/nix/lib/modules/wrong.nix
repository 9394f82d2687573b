{ imports = [ ./declare.nix ]; fromFile = 1; }
