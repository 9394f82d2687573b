# Names with a private network: two that begin alike, the longest, and one with underscores.
let
  container = number: {
    privateNetwork = true;
    hostAddress = "10.231.50.1";
    localAddress = "10.231.50.${number}";
    config = { };
  };
in
{
  containers.t = container "2";
  containers.test-network-one = container "3";
  containers.test-network-two = container "4";
  containers.test-0123456789-0123456789-0123456789-0123456789-0123456789-0123 = container "5";
  containers.test_with__underscores = container "6";
}
