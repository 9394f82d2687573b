# Derivations with busybox as builder.
#
#   build { name; script; env ? { }; passthru ? { }; meta ? { }; } -> derivation
#
# `script` runs in busybox's shell, whose applets are all there is: also where Nix does not sandbox, so that the result
# is the same on both. It reaches the builder as a file: one environment variable holds 128 KiB at most.
{ busybox, system }:
{
  name,
  script,
  env ? { },
  passthru ? { },
  meta ? { },
}:
derivation (
  env
  // {
    inherit name system script;
    builder = busybox;
    args = [
      "sh"
      "-euc"
      ''. "$scriptPath"''
    ];
    passAsFile = [ "script" ] ++ env.passAsFile or [ ];
    preferLocalBuild = true;
    allowSubstitutes = false;
  }
)
// {
  inherit passthru meta;
}
// passthru
