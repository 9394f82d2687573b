# docs/options.md, from the declarations of the options: `{ document, examples }`. `npm run docs:options` writes it;
# tests evaluate the examples.
let
  lib = import ../bases/host/lib;
  evaluated = import ../eval-config.nix { definition = { }; };

  inherit (evaluated) options;
  # systemd's own manual has the parts.
  whole =
    option:
    removeAttrs option [ "type" ]
    // {
      type = option.type // {
        getSubOptions = _: { };
      };
    };
  documented = lib.filter (option: option.visible && !option.internal) (
    lib.optionAttrSetToDocList {
      inherit (options) containers;
      virtualisation = { inherit (options.virtualisation) nspawn; };
      systemd = {
        services = whole options.systemd.services;
        network.networks = whole options.systemd.network.networks;
      };
    }
  );

  # Parts of a path that stand for any name.
  placeholder = part: lib.replaceStrings [ "<name>" "*" ] [ "NAME" "*" ] part;
  title = option: lib.concatStringsSep "." (map placeholder option.loc);

  oneLine = text: lib.concatStringsSep " " (lib.filter (line: line != "") (lib.splitString "\n" text));

  code =
    text:
    if lib.hasInfix "\n" text then
      "\n\n```nix\n${text}\n```\n"
    else
      " `${text}`\n";

  section =
    option:
    lib.concatStrings [
      "### ${title option}\n\n"
      "${oneLine option.description}\n\n"
      "- Type: ${option.type}\n"
      (lib.optionalString (option ? default) "- Default:${code option.default.text}")
      (lib.optionalString (option ? example) "- Example:${code option.example.text}")
    ];

  isOfNspawn =
    option:
    lib.head option.loc == "virtualisation" || lib.take 2 option.loc == [ "systemd" "network" ];
  isOurs = option: lib.length option.loc > 2 && lib.elemAt option.loc 2 == "extra";
  part = heading: text: chosen: "## ${heading}\n\n${text}\n\n${lib.concatMapStringsSep "\n" section chosen}";
  byName = lib.sort (a: b: title a < title b);
in
{
  document = lib.concatStringsSep "\n" [
    "# Options\n"
    ''
      What a definition can say about containers. Generated from the declarations by `npm run docs:options`; each example
      is evaluated by the tests. The options of the system inside are those of NixOS, as far as the base has them.
    ''
    (part "Shortcuts of extra-container" "These exist here only." (byName (lib.filter isOurs documented)))
    (part "NixOS's options" "As on a NixOS host." (
      byName (lib.filter (option: !isOurs option && !isOfNspawn option) documented)
    ))
    (part "Options of nixos-nspawn definitions" "See [nspawn.md](nspawn.md). The earlier name `nixos-nspawn` stands for `virtualisation.nspawn`." (
      byName (lib.filter isOfNspawn documented)
    ))
  ];

  examples = map (option: {
    inherit (option) loc;
    name = title option;
    text = option.example.text or null;
    description = option.description or null;
  }) documented;
}
