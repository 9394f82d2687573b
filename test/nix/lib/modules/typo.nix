{ imports = [ ./declare.nix ]; fromFiel = [ ]; }
