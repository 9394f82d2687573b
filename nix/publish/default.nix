# `extra.publish`: ports of the machine that lead to the container's own localhost.
#
# Sockets of the machine's systemd, and behind them a proxy in the container's network namespace: this reaches services
# that listen on localhost only, and answers on ::1 and 127.0.0.1, which no rule of a firewall can.
{
  facts,
  pkgs,
  shell,
  tools,
}:
{ lib, config, ... }:
let
  script = builtins.toFile "container-publish" (builtins.readFile ./publish.sh);
  udp = builtins.toFile "container-publish-udp.mjs" (builtins.readFile ./udp.mjs);

  form = "(([0-9.]+|\\[[0-9a-fA-F:.]+]):)?([0-9]{1,5}):([0-9]{1,5})(/(tcp|udp))?";

  isPort = text: builtins.match "[1-9][0-9]{0,4}" text != null && lib.toInt text <= 65535;

  isAddress =
    text:
    lib.hasPrefix "[" text
    || (
      builtins.match "[0-9]{1,3}([.][0-9]{1,3}){3}" text != null
      && lib.all (part: lib.toIntBase10 part <= 255) (lib.splitString "." text)
    );

  isPublished =
    text:
    let
      parts = builtins.match form text;
      at = lib.elemAt parts;
    in
    parts != null && isPort (at 2) && isPort (at 3) && (at 1 == null || isAddress (at 1));

  published = lib.mkOptionType {
    name = "published port";
    description = "published port: [ADDRESS:]PORT:CONTAINER_PORT[/udp], with an IPv6 address in brackets";
    check = value: lib.isString value && isPublished value;
    merge = lib.mergeEqualOption;
  };

  container.options.extra.publish = lib.mkOption {
    type = lib.types.listOf published;
    default = [ ];
    example = [
      "8080:80"
      "127.0.0.1:5353:53/udp"
    ];
    description = ''
      Ports of the machine that lead into the container, as in --publish: [ADDRESS:]PORT:CONTAINER_PORT[/udp]. Without
      an address, all of the machine's. They reach what listens in the container on localhost or on all addresses, and
      what listens there sees localhost as the client. Requires privateNetwork.
    '';
  };

  # PROTOCOL/ADDRESS/PORT/CONTAINER_PORT, as publish.sh and the CLI read it.
  word =
    text:
    let
      at = lib.elemAt (builtins.match form text);
    in
    "${if at 5 == null then "tcp" else at 5}/${if at 1 == null then "" else at 1}/${at 2}/${at 3}";

  words =
    name: cfg:
    if cfg.privateNetwork || cfg.extra.publish == [ ] then
      lib.concatMapStringsSep " " word cfg.extra.publish
    else
      throw "containers.${name}.extra.publish: ${lib.head cfg.extra.publish} needs a private network. Set containers.${name}.privateNetwork = true, or extra.addressPrefix.";

  service = name: cfg: lib.mkIf (cfg.extra.publish != [ ]) {
    path = tools pkgs;
    environment = {
      PUBLISH = words name cfg;
      PUBLISH_UDP = "${facts.node} ${udp}";
    };
    serviceConfig = {
      ExecStartPre = [ "${shell pkgs} ${script} open" ];
      ExecStopPost = [ "${shell pkgs} ${script} close" ];
    };
  };
in
{
  options.containers = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule container);
  };

  config.systemd.services = lib.mapAttrs' (
    name: cfg: lib.nameValuePair "container@${name}" (service name cfg)
  ) config.containers;
}
