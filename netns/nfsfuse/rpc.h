// libnfs as it is used here: raw calls of NFSv3, and nothing of what it builds on them.
#pragma once

#include <sys/time.h>
// In this order: each needs the one before.
#include <nfsc/libnfs.h>

#include <nfsc/libnfs-raw.h>

#include <nfsc/libnfs-raw-mount.h>
#include <nfsc/libnfs-raw-nfs.h>
