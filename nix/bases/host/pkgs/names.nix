# nixpkgs's names of packages whose program, or whose package on Debian, is called otherwise.
#
#   same      the name is that of the program and of Debian's package
#   program   name -> { program?; apt?; programs? }, see package.nix
{
  same = [
    "bc"
    "bzip2"
    "conntrack"
    "cpio"
    "curl"
    "dash"
    "dnsmasq"
    "ethtool"
    "fakeroot"
    "file"
    "fish"
    "fzf"
    "gcc"
    "gdb"
    "git"
    "haproxy"
    "hello"
    "htop"
    "iftop"
    "iotop"
    "ipcalc"
    "iperf"
    "iperf3"
    "iw"
    "jq"
    "less"
    "lighttpd"
    "lsof"
    "ltrace"
    "lynx"
    "mc"
    "mtr"
    "nano"
    "nginx"
    "nmap"
    "parted"
    "patch"
    "perl"
    "pv"
    "rsync"
    "ruby"
    "screen"
    "socat"
    "strace"
    "stress-ng"
    "sudo"
    "tcpdump"
    "tini"
    "tmux"
    "traceroute"
    "tree"
    "tshark"
    "unzip"
    "wget"
    "which"
    "whois"
    "xxd"
    "zip"
    "zsh"
    "zstd"
  ];

  program = {
    acl.program = "getfacl";
    apacheHttpd = {
      program = "apache2";
      apt = "apache2";
    };
    attr.program = "getfattr";
    bash.program = "bash";
    bashInteractive = {
      program = "bash";
      apt = "bash";
    };
    bind = {
      program = "named";
      apt = "bind9";
    };
    binutils.program = "ld";
    conntrack-tools = {
      program = "conntrack";
      apt = "conntrack";
    };
    coreutils.program = "ls";
    coreutils-full = {
      program = "ls";
      apt = "coreutils";
    };
    cron = {
      programs = [ "cron" "crontab" ];
    };
    dbus.program = "dbus-daemon";
    diffutils.program = "diff";
    dig = {
      program = "dig";
      apt = "bind9-dnsutils";
    };
    dnsutils = {
      program = "dig";
      apt = "bind9-dnsutils";
    };
    docker = {
      apt = "docker.io";
    };
    e2fsprogs = {
      program = "mkfs.ext4";
      programs = [ "e2fsck" "mke2fs" "resize2fs" "tune2fs" "chattr" "lsattr" ];
    };
    findutils.program = "find";
    fd = {
      program = "fdfind";
      apt = "fd-find";
    };
    gawk.program = "awk";
    getent = {
      apt = "libc-bin";
    };
    glibc = {
      program = "ldconfig";
      apt = "libc-bin";
      programs = [ "getent" "ldd" "locale" "getconf" ];
    };
    gnugrep = {
      program = "grep";
      apt = "grep";
    };
    gnumake = {
      program = "make";
      apt = "make";
    };
    gnupatch = {
      program = "patch";
      apt = "patch";
    };
    gnupg = {
      program = "gpg";
    };
    gnused = {
      program = "sed";
      apt = "sed";
    };
    gnutar = {
      program = "tar";
      apt = "tar";
    };
    go = {
      apt = "golang-go";
    };
    gzip.program = "gzip";
    hostname = { };
    hostname-debian = {
      program = "hostname";
      apt = "hostname";
    };
    inetutils = {
      program = "telnet";
      apt = "inetutils-telnet";
    };
    ipset.programs = [ ];
    iproute2 = {
      program = "ip";
      programs = [ "bridge" "ss" "tc" "rtmon" ];
    };
    iptables.programs = [
      "ip6tables"
      "iptables-save"
      "iptables-restore"
      "ip6tables-save"
      "ip6tables-restore"
    ];
    iptables-legacy = {
      program = "iptables-legacy";
      apt = "iptables";
    };
    iputils = {
      program = "ping";
      apt = "iputils-ping";
    };
    kmod.programs = [ "depmod" "insmod" "lsmod" "modinfo" "modprobe" "rmmod" ];
    libcap = {
      program = "capsh";
      apt = "libcap2-bin";
      programs = [ "getcap" "setcap" ];
    };
    libressl = {
      program = "nc";
      apt = "netcat-openbsd";
    };
    locale = {
      apt = "libc-bin";
    };
    man = {
      apt = "man-db";
    };
    man-db.program = "man";
    mariadb = {
      program = "mariadbd";
      apt = "mariadb-server";
      programs = [ "mysqld" "mariadb" "mysql" "mariadb-admin" "mysqladmin" ];
    };
    ncurses = {
      program = "tput";
      apt = "ncurses-bin";
    };
    netcat = {
      program = "nc";
      apt = "netcat-openbsd";
    };
    netcat-gnu = {
      program = "nc.traditional";
      apt = "netcat-traditional";
    };
    netcat-openbsd = {
      program = "nc";
    };
    nettools = {
      program = "ifconfig";
      apt = "net-tools";
      programs = [ "arp" "netstat" "route" ];
    };
    nftables = {
      program = "nft";
    };
    nix = {
      apt = "nix-bin";
    };
    nodejs = {
      program = "node";
    };
    openldap = {
      program = "slapd";
      apt = "slapd";
    };
    openssh = {
      program = "ssh";
      apt = "openssh-server openssh-client";
      programs = [ "sshd" "scp" "sftp" "ssh-add" "ssh-agent" "ssh-keygen" "ssh-keyscan" ];
    };
    openssl.program = "openssl";
    openvpn.programs = [ ];
    pciutils.program = "lspci";
    php = {
      apt = "php-cli";
    };
    podman = { };
    postgresql = {
      program = "psql";
    };
    procps = {
      program = "ps";
      programs = [ "sysctl" "free" "kill" "pgrep" "pidwait" "pkill" "top" "uptime" "vmstat" "watch" "w" ];
    };
    psmisc.program = "killall";
    python3 = { };
    redis = {
      program = "redis-server";
    };
    ripgrep.program = "rg";
    rustc = { };
    shadow = {
      program = "useradd";
      apt = "passwd";
      programs = [ "chpasswd" "groupadd" "groupdel" "newgidmap" "newuidmap" "nologin" "passwd" "su" "login" "userdel" "usermod" ];
    };
    sqlite = {
      program = "sqlite3";
      apt = "sqlite3";
    };
    su = {
      apt = "util-linux";
    };
    sysstat.program = "iostat";
    systemd = {
      program = "systemctl";
    };
    systemdMinimal = {
      program = "systemctl";
      apt = "systemd";
    };
    telnet = {
      apt = "inetutils-telnet";
    };
    tinyproxy = { };
    unixtools = {
      program = "column";
      apt = "bsdextrautils";
    };
    usbutils.program = "lsusb";
    util-linux = {
      program = "flock";
      programs = [
        "agetty"
        "blkid"
        "dmesg"
        "findmnt"
        "hwclock"
        "login"
        "losetup"
        "lsblk"
        "mkfs"
        "mkswap"
        "mount"
        "mountpoint"
        "nologin"
        "nsenter"
        "prlimit"
        "runuser"
        "script"
        "setpriv"
        "setsid"
        "su"
        "swapon"
        "umount"
        "unshare"
      ];
    };
    vim = { };
    wireguard-tools = {
      program = "wg";
    };
    xz = {
      apt = "xz-utils";
    };
  };
}
