# Two containers on one bridge of the host.
let
  onBridge = number: {
    privateNetwork = true;
    hostBridge = "test-bridge";
    # The bridge's own: the gateway.
    hostAddress = "10.231.30.1";
    localAddress = "10.231.30.${number}/24";
    localAddress6 = "fd31:30::${number}/64";
    config = { };
  };
in
{
  containers.test-bridge2 = onBridge "2";
  containers.test-bridge3 = onBridge "3";
}
