# system.build: what is made from the configuration.
{ config, lib, ... }:
let
  own = map (entry: "/etc/${entry.target}") config.system.build.etcFiles;
  # Nothing can be made where a file of the host is bound, and the other way round.
  collides = path: lib.any (file: file == path || lib.hasPrefix "${path}/" file || lib.hasPrefix "${file}/" path) own;
in
{
  options.system.build = lib.mkOption {
    type = lib.types.lazyAttrsOf lib.types.unspecified;
    internal = true;
    default = { };
    example = lib.literalExpression "{ toplevel = ...; }";
    description = "Results of the configuration, such as `toplevel`.";
  };

  # Of the host's /etc, what its programs and libraries need at their usual place and no option here defines.
  config.system.build.hostEtc = lib.filter (path: !collides path) [
    "/etc/alternatives"
    "/etc/ca-certificates"
    "/etc/ca-certificates.conf"
    "/etc/crypto-policies"
    "/etc/debian_version"
    "/etc/fonts"
    "/etc/ld.so.cache"
    "/etc/ld.so.conf"
    "/etc/ld.so.conf.d"
    "/etc/mime.types"
    "/etc/perl"
    "/etc/pki"
    "/etc/protocols"
    "/etc/python3"
    "/etc/services"
    "/etc/ssl"
    "/etc/terminfo"
  ];
}
