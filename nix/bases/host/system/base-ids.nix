# Users and groups that every system has, with the numbers that programs in the machine's /usr were installed with.
#
# A number that is a path stands for the group, or owner, of that file: set-group-id programs keep their meaning.
{
  users = {
    root = {
      uid = 0;
      group = "root";
      home = "/root";
    };
    daemon = {
      uid = 1;
      group = "daemon";
    };
    bin = {
      uid = 2;
      group = "bin";
    };
    man = {
      uid = 6;
      group = "man";
    };
    mail = {
      uid = 8;
      group = "mail";
    };
    www-data = {
      uid = 33;
      group = "www-data";
    };
    nobody = {
      uid = 65534;
      group = "nogroup";
    };
  };

  groups = {
    root = 0;
    daemon = 1;
    bin = 2;
    sys = 3;
    adm = 4;
    tty = 5;
    disk = 6;
    lp = 7;
    mail = 8;
    man = 12;
    kmem = 15;
    dialout = 20;
    cdrom = 24;
    tape = 26;
    sudo = 27;
    audio = 29;
    www-data = 33;
    shadow = 42;
    utmp = 43;
    video = 44;
    plugdev = 46;
    users = 100;
    nogroup = 65534;
  };

  # Made by the machine's packages with whatever number was free.
  floating = {
    users = [
      "messagebus"
      "sshd"
      "systemd-network"
      "systemd-timesync"
    ];
    groups = [
      "input"
      "kvm"
      "render"
      "sgx"
      "systemd-journal"
      "wheel"
    ];
    groupPaths = {
      messagebus = "/usr/lib/dbus-1.0/dbus-daemon-launch-helper";
      _ssh = "/usr/bin/ssh-agent";
      crontab = "/usr/bin/crontab";
    };
  };
}
