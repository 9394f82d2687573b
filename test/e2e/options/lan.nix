# Interfaces of the host: two containers with a macvlan of one, and one that gets another whole.
let
  address = number: [
    {
      address = "10.231.40.${number}";
      prefixLength = 24;
    }
  ];
  onLan = number: {
    macvlans = [ "test-lan" ];
    config.networking.interfaces.mv-test-lan.ipv4.addresses = address number;
  };
in
{
  containers.test-lan2 = onLan "2";
  containers.test-lan3 = onLan "3";
  containers.test-lent = {
    interfaces = [ "test-lent" ];
    config.networking.interfaces.test-lent.ipv4.addresses = [
      {
        address = "10.231.41.2";
        prefixLength = 24;
      }
    ];
  };
}
