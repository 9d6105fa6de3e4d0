#!/usr/bin/env bash
# A machine for a test: a real systemd as process 1 of namespaces of its own. Its root is a tmpfs
# with the programs of this machine (read-only) and a copy of /etc without any unit. Prints the
# process id of process 1 as seen from outside, and ends the machine when standard input ends, so
# also when the test was killed. All mounts are in a namespace that ends with this script; what has
# to be removed besides is one control group.
#
# Usage: unshare --mount --propagation private systemd-machine.sh DIRECTORY [PROGRAMS ...]
#   DIRECTORY  an empty one, on which the root is mounted
#   PROGRAMS   further directories to show read-only, such as a JDK
set -euo pipefail

if [ "${1:-}" != --boot ]; then
	directory=$1
	mount -t tmpfs -o mode=755 machine "$directory"
	mkdir "$directory/root" "$directory/cgroup"
	mount -t cgroup2 cgroup2 "$directory/cgroup"
	group=$directory/cgroup/sam-test-$$
	mkdir "$group"
	(
		# before the namespace of control groups is made: this one is its root
		echo "$BASHPID" >"$group/cgroup.procs"
		exec unshare --pid --fork --kill-child --cgroup --uts --ipc --net --mount --propagation private \
			-- bash "$0" --boot "$@"
	) </dev/null 1>&2 &
	machine=$!
	for ((i = 0; i < 300; i++)); do
		inner=$(cat "/proc/$machine/task/$machine/children" 2>/dev/null || true)
		[ -n "$inner" ] && break
		sleep 0.1
	done
	echo "${inner% }"
	cat >/dev/null
	kill -KILL "$machine" 2>/dev/null || true
	wait "$machine" || true
	for ((i = 0; i < 300; i++)); do
		find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
		[ -d "$group" ] || exit 0
		sleep 0.1
	done
	echo "control group $group cannot be removed" >&2
	exit 1
fi

root=$2/root
shift 2
mount -t tmpfs -o mode=755 root "$root"
cd "$root"
mkdir proc sys dev run tmp var root opt old
chmod 1777 tmp
for entry in /usr /bin /sbin /lib /lib32 /lib64 "$@"; do
	if [ -L "$entry" ]; then
		[ -e ".$entry" ] || ln -s "$(readlink "$entry")" ".$entry"
	elif [ -d "$entry" ] && [ ! -e ".$entry" ]; then
		mkdir -p ".$entry"
		mount --bind "$entry" ".$entry"
		mount -o remount,bind,ro ".$entry"
	fi
done
mount -t proc proc proc
# none of the settings of the kernel may be changed from here
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 run run
mount -t tmpfs -o mode=755 dev dev
mkdir dev/pts dev/shm
for device in null zero full random urandom; do
	: >dev/$device
	mount --bind /dev/$device dev/$device
done
mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=1777 shm dev/shm

cp -a /etc etc
rm -rf etc/systemd/system etc/systemd/system.conf.d etc/tmpfiles.d etc/modules-load.d
: >etc/fstab
tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
mkdir -p etc/systemd/system etc/systemd/journald.conf.d var/log
printf '[Journal]\nStorage=volatile\nRateLimitBurst=0\n' >etc/systemd/journald.conf.d/machine.conf
printf '[Unit]\nRequires=systemd-journald.socket\nAfter=systemd-journald.socket\n' >etc/systemd/system/machine.target
# what a target of systemd itself pulls in is for a whole machine: clock, modules, devices, logins
for unit in usr/lib/systemd/system/*.wants/* lib/systemd/system/*.wants/*; do
	case ${unit##*/} in
	systemd-journald* | *.target | \*) ;;
	*) ln -sf /dev/null "etc/systemd/system/${unit##*/}" ;;
	esac
done

pivot_root . old
umount -l /old
exec env -i container=sam-test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	/usr/lib/systemd/systemd --system --unit=machine.target --log-target=journal --show-status=no
