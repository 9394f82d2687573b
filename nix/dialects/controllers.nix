# Which of a service's settings limit it: setting -> the kernel's controller that carries it out.
{ lib }:
service:
let
  controllers = {
    memory = [
      "MemoryMax"
      "MemoryHigh"
      "MemoryLow"
      "MemoryMin"
      "MemorySwapMax"
      "MemoryZSwapMax"
    ];
    cpu = [
      "CPUQuota"
      "CPUWeight"
    ];
    cpuset = [
      "AllowedCPUs"
      "AllowedMemoryNodes"
    ];
    io = [
      "IOWeight"
      "IODeviceWeight"
      "IOReadBandwidthMax"
      "IOWriteBandwidthMax"
      "IOReadIOPSMax"
      "IOWriteIOPSMax"
      "IODeviceLatencyTargetSec"
    ];
    pids = [ "TasksMax" ];
  };
in
lib.concatMapAttrs (
  controller: settings:
  lib.genAttrs (lib.filter (setting: service.serviceConfig ? ${setting}) settings) (_: controller)
) controllers
