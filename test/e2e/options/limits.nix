# Limits by our options, and by the settings of the unit itself.
{
  containers.test-limits = {
    extra.memory = "200M";
    extra.cpus = 0.5;
    extra.pids = 60;
    config = { };
  };
  containers.test-shown = {
    extra.memory = "200M";
    extra.cpus = 1.5;
    extra.pids = 200;
    config = { };
  };
  containers.test-unit.config.systemd.services.greedy = {
    serviceConfig.ExecStart = "/bin/bash -c 'head -c 400M /dev/zero | tail'";
  };
  systemd.services."container@test-unit".serviceConfig.MemoryMax = "100M";
}
