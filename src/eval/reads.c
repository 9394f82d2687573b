/*
 * Loaded into Nix (LD_PRELOAD): notes what an evaluation looks at, so that its result can be reused while none of it
 * changed. Appends records to the file that EXTRA_CONTAINER_READS names: a letter, a path or name, a NUL byte.
 *
 *   r  a file was opened        d  a folder was opened         l  a link was read
 *   S  a path was looked at     s  the same, a link itself     M, m  the same two, and it is missing
 *   e  a variable was asked for n  the network was used        x  something that cannot be compared later
 *
 * No headers: it is compiled by whatever C compiler the machine has, tcc without the C library's development files too.
 */
typedef unsigned long size_t;
typedef long ssize_t;
extern void *dlsym(void *, const char *);
extern int *__errno_location(void);
extern ssize_t write(int, const void *, size_t);
extern char **environ;

#define NEXT ((void *)-1l)
#define errno (*__errno_location())
enum { NOT_FOUND = 2, NOT_A_FOLDER = 20, FOR_WRITING = 3, MAKE = 0100, FOLDER = 0200000, APPEND = 02000, NO_FOLLOW = 0400000,
       CLOSE_ON_EXEC = 02000000, HERE = -100, LINK_ITSELF = 0x100, DUPLICATE = 1030 };

static int output = -2;

static int length(const char *text) { int n = 0; while (text[n]) n++; return n; }

static const char *variable(const char *name)
{
    int n = length(name), i;
    for (i = 0; environ && environ[i]; i++) {
        int k = 0;
        while (k < n && environ[i][k] == name[k]) k++;
        if (k == n && environ[i][k] == '=') return environ[i] + n + 1;
    }
    return 0;
}

static void start(void)
{
    const char *file = variable("EXTRA_CONTAINER_READS");
    int (*open)(const char *, int, ...) = dlsym(NEXT, "open");
    int (*fcntl)(int, int, ...) = dlsym(NEXT, "fcntl");
    int (*close)(int) = dlsym(NEXT, "close");
    output = -1;
    if (!file) return;
    int fd = open(file, 1 | APPEND | CLOSE_ON_EXEC);
    /* Out of the way of programs that expect the lowest numbers. */
    output = fd < 0 ? -1 : fcntl(fd, DUPLICATE, 200);
    if (fd >= 0) close(fd);
}

/* Whether a record was not noted before. Nix looks at the folders above a file again for each file. */
static int isNew(char kind, const char *text, int n)
{
    static unsigned long known[1 << 14];
    static int count = 0;
    unsigned long hash = 14695981039346656037ul ^ (unsigned char)kind, at;
    int i;
    for (i = 0; i < n; i++) hash = (hash ^ (unsigned char)text[i]) * 1099511628211ul;
    if (count > (1 << 13)) return 1;
    for (at = hash & 16383; known[at]; at = (at + 1) & 16383) if (known[at] == hash) return 0;
    known[at] = hash;
    count++;
    return 1;
}

static void note(char kind, const char *text)
{
    int saved = errno, n = length(text), i;
    char record[4200];
    if (output == -2) start();
    if (output >= 0 && isNew(kind, text, n)) {
        /* One write a record, so that those of several processes do not mix. */
        if (n > 4096) { kind = 'x'; n = 0; }
        record[0] = kind;
        for (i = 0; i < n; i++) record[i + 1] = text[i];
        record[n + 1] = 0;
        write(output, record, n + 2);
    }
    errno = saved;
}

static void looked(int failed, int follows, const char *path)
{
    if (!path) return;
    if (!failed) note(follows ? 'S' : 's', path);
    else if (errno == NOT_FOUND || errno == NOT_A_FOLDER) note(follows ? 'M' : 'm', path);
    else note('x', path);
}

/* The whole path of one below an open folder, in `whole`; empty where that cannot be told. */
static const char *wholePath(int folder, const char *path, char *whole)
{
    static ssize_t (*readlink)(const char *, char *, size_t);
    char link[32] = "/proc/self/fd/", digits[12];
    int n = 14, d = 0;
    ssize_t size;
    if (!path || path[0] == '/' || folder == HERE) return path;
    if (!readlink) readlink = dlsym(NEXT, "readlink");
    do digits[d++] = '0' + folder % 10; while (folder /= 10);
    while (d) link[n++] = digits[--d];
    link[n] = 0;
    size = readlink(link, whole, 4096);
    if (size <= 0 || size + length(path) + 2 > 4200) return "";
    whole[size++] = '/';
    for (n = 0; (whole[size + n] = path[n]); n++);
    return whole;
}

static void opened(int failed, int flags, const char *path)
{
    /* What is written is Nix's own: its database, locks, results. */
    if ((flags & FOR_WRITING) || (flags & MAKE)) return;
    if (failed) looked(1, !(flags & NO_FOLLOW), path);
    else note(flags & FOLDER ? 'd' : 'r', path);
}

#define OPEN(name)                                                    \
    int name(const char *path, int flags, unsigned mode)              \
    {                                                                 \
        static int (*next)(const char *, int, unsigned); \
        if (!next) next = dlsym(NEXT, #name); \
        int result = next(path, flags, mode);                         \
        opened(result < 0, flags, path);                              \
        return result;                                                \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                       \
    int name(int folder, const char *path, int flags, unsigned mode)       \
    {                                                                      \
        static int (*next)(int, const char *, int, unsigned); \
        if (!next) next = dlsym(NEXT, #name); \
        int result = next(folder, path, flags, mode);                      \
        char whole[4200];                                                  \
        int saved = errno;                                                 \
        const char *found = wholePath(folder, path, whole);                \
        errno = saved;                                                     \
        opened(result < 0, flags, found);                                  \
        return result;                                                     \
    }
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(name)                                               \
    void *name(const char *path, const char *mode)                \
    {                                                             \
        static void *(*next)(const char *, const char *); \
        if (!next) next = dlsym(NEXT, #name); \
        void *result = next(path, mode);                          \
        opened(!result, mode[0] == 'r' && mode[1] != '+' ? 0 : 1, path); \
        return result;                                            \
    }
FOPEN(fopen)
FOPEN(fopen64)

void *opendir(const char *path)
{
    static void *(*next)(const char *);
    if (!next) next = dlsym(NEXT, "opendir");
    void *result = next(path);
    opened(!result, FOLDER, path);
    return result;
}

#define STAT(name, follows)                                   \
    int name(const char *path, void *result)                  \
    {                                                         \
        static int (*next)(const char *, void *); \
        if (!next) next = dlsym(NEXT, #name); \
        int failed = next(path, result);                      \
        looked(failed, follows, path);                        \
        return failed;                                        \
    }
STAT(stat, 1)
STAT(stat64, 1)
STAT(lstat, 0)
STAT(lstat64, 0)

/* The C library before 2.33 has only these. */
#define XSTAT(name, follows)                                       \
    int name(int version, const char *path, void *result)          \
    {                                                              \
        static int (*next)(int, const char *, void *); \
        if (!next) next = dlsym(NEXT, #name); \
        int failed = next(version, path, result);                  \
        looked(failed, follows, path);                             \
        return failed;                                             \
    }
XSTAT(__xstat, 1)
XSTAT(__xstat64, 1)
XSTAT(__lxstat, 0)
XSTAT(__lxstat64, 0)

static void lookedAt(int failed, int folder, int flags, const char *path)
{
    char whole[4200];
    int saved = errno;
    /* An empty path asks for the folder itself, which was opened before. */
    if (!path || !path[0]) return;
    path = wholePath(folder, path, whole);
    errno = saved;
    looked(failed, !(flags & LINK_ITSELF), path);
}

#define FSTATAT(name)                                                    \
    int name(int folder, const char *path, void *result, int flags)      \
    {                                                                    \
        static int (*next)(int, const char *, void *, int); \
        if (!next) next = dlsym(NEXT, #name); \
        int failed = next(folder, path, result, flags);                  \
        lookedAt(failed, folder, flags, path);                           \
        return failed;                                                   \
    }
FSTATAT(fstatat)
FSTATAT(fstatat64)

int statx(int folder, const char *path, int flags, unsigned mask, void *result)
{
    static int (*next)(int, const char *, int, unsigned, void *);
    if (!next) next = dlsym(NEXT, "statx");
    int failed = next(folder, path, flags, mask, result);
    lookedAt(failed, folder, flags, path);
    return failed;
}

int access(const char *path, int mode)
{
    static int (*next)(const char *, int);
    if (!next) next = dlsym(NEXT, "access");
    int failed = next(path, mode);
    looked(failed, 1, path);
    return failed;
}

int faccessat(int folder, const char *path, int mode, int flags)
{
    static int (*next)(int, const char *, int, int);
    if (!next) next = dlsym(NEXT, "faccessat");
    int failed = next(folder, path, mode, flags);
    lookedAt(failed, folder, 0, path);
    return failed;
}

static void linkRead(ssize_t n, const char *path)
{
    if (!path) return;
    if (n >= 0) note('l', path);
    else if (errno == NOT_FOUND || errno == NOT_A_FOLDER) note('m', path);
    else note('s', path);
}

ssize_t readlink(const char *path, char *result, size_t size)
{
    static ssize_t (*next)(const char *, char *, size_t);
    if (!next) next = dlsym(NEXT, "readlink");
    ssize_t n = next(path, result, size);
    linkRead(n, path);
    return n;
}

ssize_t readlinkat(int folder, const char *path, char *result, size_t size)
{
    static ssize_t (*next)(int, const char *, char *, size_t);
    if (!next) next = dlsym(NEXT, "readlinkat");
    ssize_t n = next(folder, path, result, size);
    char whole[4200];
    int saved = errno;
    const char *found = wholePath(folder, path, whole);
    errno = saved;
    linkRead(n, found);
    return n;
}

/* Resolves links by calls that are not seen here. */
char *realpath(const char *path, char *result)
{
    static char *(*next)(const char *, char *);
    if (!next) next = dlsym(NEXT, "realpath");
    char *found = next(path, result);
    looked(!found, 1, path);
    if (found) note('l', path);
    return found;
}

char *getenv(const char *name)
{
    note('e', name);
    return (char *)variable(name);
}

char *secure_getenv(const char *name) { return getenv(name); }

int connect(int socket, const void *address, unsigned size)
{
    static int (*next)(int, const void *, unsigned);
    if (!next) next = dlsym(NEXT, "connect");
    unsigned short family = size >= 2 ? *(const unsigned short *)address : 0;
    if (family != 1) note('n', "");
    return next(socket, address, size);
}
