# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What ./run, ./check and ./bench share: installing packages, building, and keeping quiet about both.
# Sourced, with `set -eu` on and the checkout as the working directory. Everything here is safe to repeat, and
# does nothing (no apt, no network) when nothing is missing.

export PYTHONUTF8=1 # whatever the locale, our files are UTF-8

say() { printf '%s\n' "$*" >&2; }
die() {
	say "$@"
	exit 2
}

# step WHAT COMMAND...: runs the command with its output kept back. Nothing is shown for two seconds, then one line
# (on a terminal with the seconds and the last line of output, elsewhere a plain line twice a minute). If it fails, the
# end of the output follows and the function fails.
step() {
	local what=$1 log pid started=$SECONDS shown=-1 status=0
	shift
	log=$(mktemp "${TMPDIR:-/tmp}/comity-step.XXXXXX")
	"$@" >"$log" 2>&1 </dev/null 9<&- & # 9: a lock the caller may hold, not to be inherited by what outlives us
	pid=$!
	# A shell's background job does not hear Ctrl-C, so it is told.
	trap 'kill "$pid" 2>/dev/null; wait "$pid"; rm -f "$log"; say; exit 130' INT TERM
	while kill -0 "$pid" 2>/dev/null; do
		sleep 0.2
		step_progress "$what" $((SECONDS - started)) "$log"
	done
	wait "$pid" || status=$?
	trap - INT TERM
	[ ! -t 2 ] || [ "$shown" -lt 0 ] || printf '\r\033[K' >&2
	if [ "$status" -ne 0 ]; then
		say "$what: failed. The end of its output (all of it: $log):"
		tail -n 40 "$log" >&2
		return "$status"
	fi
	rm -f "$log"
}

# Part of step(): shares its variable `shown`, the second of the last line shown.
step_progress() {
	local what=$1 seconds=$2 last
	[ "$seconds" -ge 2 ] || return 0
	if [ -t 2 ]; then
		[ "$seconds" -ne "$shown" ] || return 0
		last=$(tail -n 1 "$3" | tr -dc '[:print:]')
		printf '\r\033[K%s, %d s  %.*s' "$what" "$seconds" $((${COLUMNS:-80} - ${#what} - 12)) "$last" >&2
	elif [ "$shown" -lt 0 ]; then
		say "$what ..."
	elif [ $((seconds - shown)) -ge 30 ]; then
		say "$what ... $seconds s: $(tail -n 1 "$3")"
	else
		return 0
	fi
	shown=$seconds
}

# The packages named in the files FILE..., one a line; # begins a comment.
packages_wanted() { sed 's/#.*//' "$@" | tr -s ' \t' '\n' | sed '/^$/d' | sort -u; }

# Those of them that are not installed. A Node of one's own, 18 or newer, does as well as Debian's.
packages_missing() {
	local name installed
	# shellcheck disable=SC2016 # dpkg-query's own ${...}
	installed=$(packages_wanted "$@" | xargs dpkg-query -W -f '${Package} ${db:Status-Status}\n' 2>/dev/null |
		sed -n 's/ installed$//p')
	for name in $(packages_wanted "$@" | grep -vxF -e "${installed:-none}"); do
		case $name in
		nodejs) node -e 'process.exit(parseInt(process.versions.node) < 18)' 2>/dev/null || echo "$name" ;;
		npm) npm --version >/dev/null 2>&1 || echo "$name" ;;
		*) echo "$name" ;;
		esac
	done
}

# packages_install FILE...: installs what is missing, as root or by sudo, or says how and ends with 2.
packages_install() {
	local missing system as_root=()
	[ "${SETUP:-}" != skip ] || return 0
	# shellcheck source=/dev/null
	system=$(. /etc/os-release 2>/dev/null && echo "${PRETTY_NAME:-}")
	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
		die "This system (${system:-unknown}) has no apt, so nothing can be installed from here." \
			"Comity is built on Debian 12. Elsewhere, install the counterparts of the packages listed in $*," \
			"then leave this step out: SETUP=skip $0"
	fi
	missing=$(packages_missing "$@" | xargs)
	[ -n "$missing" ] || return 0
	case $system in "Debian GNU/Linux 12"*) ;; *)
		say "Note: Comity is built on Debian 12; this is ${system:-unknown}, where a package may have another name." ;;
	esac
	if [ "$(id -u)" -ne 0 ]; then
		if ! sudo_works; then
			die "Some packages are missing and only root can install them. Run this, then $0 again:" \
				$'\n\n'"  apt-get update && apt-get install -y --no-install-recommends $missing"$'\n'
		fi
		as_root=(sudo)
	fi
	as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y)
	step "Fetching the lists of packages" "${as_root[@]}" update ||
		die "The package lists could not be fetched. Is this machine online? Then run $0 again."
	# shellcheck disable=SC2086 # a list of names, one word each
	step "Installing $(wc -w <<<"$missing") packages" "${as_root[@]}" install --no-install-recommends $missing ||
		die "The packages could not be installed (see above). They are: $missing"
}

# Whether sudo may be used: without a question, or with one if somebody is there to answer it.
sudo_works() {
	command -v sudo >/dev/null || return 1
	sudo -n true 2>/dev/null || { [ -t 0 ] && [ -t 2 ] && say "Packages are to be installed; sudo asks:" && sudo -v; }
}

# configure DIR [MESON OPTION...]: makes the build directory if it is not there, and anew if the checkout has moved.
configure() {
	if [ -f "$1/build.ninja" ]; then
		! grep -qF "\"source\": \"$(pwd -P)\"" "$1/meson-info/meson-info.json" || return 0
		rm -rf "$1"
	fi
	step "Configuring $1" meson setup "${@:2}" "$1"
}

# compile DIR [TARGET...]: builds it; without targets, all of it.
compile() { step "Building $1" ninja -C "$@"; }
