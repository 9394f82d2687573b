# A second and a third pair of interfaces, the third on a bridge.
{
  containers.test-veths = {
    privateNetwork = true;
    hostAddress = "10.231.31.1";
    localAddress = "10.231.31.2";
    extraVeths.test-second = {
      hostAddress = "10.231.32.1";
      localAddress = "10.231.32.2";
      hostAddress6 = "fd31:32::1";
      localAddress6 = "fd31:32::2";
    };
    extraVeths.test-third = {
      hostBridge = "test-bridge";
      localAddress = "10.231.30.4/24";
    };
    config = { };
  };
}
