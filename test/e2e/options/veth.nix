# Addresses without a prefix length, and with one.
{
  containers.test-veth = {
    privateNetwork = true;
    hostAddress = "10.231.10.1";
    localAddress = "10.231.10.2";
    hostAddress6 = "fd31:10::1";
    localAddress6 = "fd31:10::2";
    localMacAddress = "02:00:00:23:10:02";
    config = { };
  };
  containers.test-prefix = {
    privateNetwork = true;
    hostAddress = "10.231.11.1";
    localAddress = "10.231.11.2/24";
    hostAddress6 = "fd31:11::1";
    localAddress6 = "fd31:11::2/64";
    config = { };
  };
}
