/* Lets one call that changes what lies below a folder fail, as a disk would.
 *
 * Preloaded into the program: calls of one kind are counted over all threads,
 * the n-th gives an error. Of a write the first half is written before, as on a
 * disk that is full in the middle. Every counted call is told to a log.
 *
 * FAULT_BELOW  folder          FAULT_KIND  write, open, sync, mkdir, unlink, cut
 * FAULT_NTH    counted from 1; 0 for none; FAULT_AND_ALL_AFTER for those behind it too
 * FAULT_ERRNO  number          FAULT_LOG   file, a line "kind path" a call
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *below, *kind;
static long nth, number;
static int all_after, log_file = -1;
static atomic_long met;
/* The file whose write was cut short: the rest of it must fail. */
static atomic_int owing = -1;

__attribute__((constructor)) static void begin(void) {
    below = getenv("FAULT_BELOW");
    kind = getenv("FAULT_KIND");
    if (!below || !kind) return;
    nth = atol(getenv("FAULT_NTH"));
    number = atol(getenv("FAULT_ERRNO"));
    all_after = getenv("FAULT_AND_ALL_AFTER") != NULL;
    log_file = syscall(SYS_openat, AT_FDCWD, getenv("FAULT_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int strikes(const char *of, const char *path) {
    if (!below || !kind || !path || strncmp(path, below, strlen(below))) return 0;
    char line[5000];
    int len = snprintf(line, sizeof line, "%s %s\n", of, path);
    syscall(SYS_write, log_file, line, len);
    if (strcmp(of, kind)) return 0;
    long at = atomic_fetch_add(&met, 1) + 1;
    return nth && (at == nth || (all_after && at > nth));
}

static int strikes_file(const char *of, int fd) {
    if (!below) return 0;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long len = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (len < 0) return 0;
    path[len] = 0;
    return strikes(of, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAIL do { errno = number; return -1; } while (0)
#define PATH_CALL(name, of, path, parameters, arguments) \
    int name parameters { if (strikes(of, path)) FAIL; return REAL(name) arguments; }
#define FILE_CALL(name, of, parameters, arguments) \
    int name parameters { if (strikes_file(of, fd)) FAIL; return REAL(name) arguments; }

PATH_CALL(mkdir, "mkdir", path, (const char *path, mode_t mode), (path, mode))
PATH_CALL(unlink, "unlink", path, (const char *path), (path))
PATH_CALL(unlinkat, "unlink", path, (int dir, const char *path, int flags), (dir, path, flags))
PATH_CALL(linkat, "link", to, (int d, const char *from, int e, const char *to, int flags), (d, from, e, to, flags))
PATH_CALL(rename, "rename", to, (const char *from, const char *to), (from, to))
FILE_CALL(fsync, "sync", (int fd), (fd))
FILE_CALL(fdatasync, "sync", (int fd), (fd))
FILE_CALL(ftruncate64, "cut", (int fd, off64_t size), (fd, size))

int open64(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = va_arg(list, mode_t);
    va_end(list);
    if (strikes("open", path)) FAIL;
    return REAL(open64)(path, flags, mode);
}

static size_t as_much_as_fits(int fd, size_t count) {
    if (atomic_load(&owing) == fd && owing >= 0) {
        atomic_store(&owing, -1);
        return 0;
    }
    if (!strikes_file("write", fd)) return count;
    if (count >= 2) atomic_store(&owing, fd);
    return count / 2;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    size_t fits = as_much_as_fits(fd, count);
    if (fits == 0 && count > 0) FAIL;
    return REAL(write)(fd, bytes, fits);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    size_t fits = as_much_as_fits(fd, count);
    if (fits == 0 && count > 0) FAIL;
    return REAL(pwrite64)(fd, bytes, fits, offset);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (strikes_file("write", fd)) FAIL;
    return REAL(writev)(fd, parts, count);
}
