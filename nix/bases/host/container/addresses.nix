# Whether texts are addresses, with or without a prefix length.
{ lib }:
let
  number = most: text: builtins.match "0|[1-9][0-9]{0,2}" text != null && lib.toInt text <= most;

  # A test of an address -> a test of an address that may have a prefix length.
  withPrefix =
    most: isAddress: text:
    let
      parts = lib.splitString "/" text;
    in
    isAddress (lib.head parts)
    && (lib.length parts == 1 || (lib.length parts == 2 && number most (lib.elemAt parts 1)));

  isIPv4 =
    text:
    let
      parts = lib.splitString "." text;
    in
    lib.length parts == 4 && lib.all (number 255) parts;

  isIPv6 =
    text:
    let
      halves = lib.splitString "::" text;
      groups = lib.concatMap (half: if half == "" then [ ] else lib.splitString ":" half) halves;
      # The last two groups may be written as an IPv4 address.
      embedded = groups != [ ] && isIPv4 (lib.last groups);
      plain = if embedded then lib.init groups else groups;
      count = lib.length plain + (if embedded then 2 else 0);
    in
    lib.hasInfix ":" text
    && lib.all (group: builtins.match "[0-9a-fA-F]{1,4}" group != null) plain
    && (if lib.length halves == 1 then count == 8 else lib.length halves == 2 && count < 8);
in
{
  isIPv4 = withPrefix 32 isIPv4;
  isIPv6 = withPrefix 128 isIPv6;
}
