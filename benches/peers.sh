#!/usr/bin/env bash
# Measures ssibackup beside restic and borg on the same two images, each command as a whole process:
#
#   benches/peers.sh CORPUS [ROUNDS]
#
# CORPUS holds g1/ and g2/ with one image under the same name in both, the second some days younger, for instance two
# states of a volume of `ssibackup site new --scale large`. Rounds (3) go through all programs in turn, so that a slow
# minute of the machine meets them all. Before each command its input is read, so that it lies in the page cache; each
# backup ends with a sync; each restored image is compared with its source. What counts is the last table: medians of the
# ratios within a round, above 1 where ssibackup is better.
#
#   SSIBACKUP=target/release/ssibackup   PEERS='restic borg-lz4 borg-zstd3 borg-fixed'   WORK=/tmp/ssibackup-peers
#   FIXED=56832,512   the chunks of borg-fixed: tracks of a 3390 behind the header of the image; 16384 for FBA images
set -euo pipefail

usage() { sed -n '2,14s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -ge 1 ] || usage
corpus=$(realpath -m "$1")
rounds=${2:-3}
ssibackup=$(realpath -m "${SSIBACKUP:-target/release/ssibackup}")
peers=${PEERS:-restic borg-lz4 borg-zstd3 borg-fixed}
fixed=${FIXED:-56832,512}
work=${WORK:-/tmp/ssibackup-peers}

for tool in "$ssibackup" ${peers:+$(printf '%s\n' $peers | sed 's/-.*//' | sort -u)} /usr/bin/time awk cmp; do
    command -v "$tool" >/dev/null || { echo "peers.sh: $tool is missing; PEERS names the programs to compare with" >&2; exit 3; }
done
[ -d "$corpus/g1" ] && [ -d "$corpus/g2" ] || { echo "peers.sh: $corpus has no g1 and g2" >&2; exit 3; }
image=$(cd "$corpus/g1" && find . -maxdepth 1 -type f -printf '%f\n' | sort | head -n 1)
[ -n "$image" ] && [ -f "$corpus/g2/$image" ] || { echo "peers.sh: no image lies in both g1 and g2 of $corpus" >&2; exit 3; }
mkdir "$work" || { echo "peers.sh: $work must not exist" >&2; exit 3; }
trap 'rm -rf "$work"' EXIT
mkdir "$work/in" "$work/out"

export RESTIC_PASSWORD=x BORG_BASE_DIR=$work/borg XDG_CACHE_HOME=$work/cache
export BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes BORG_RELOCATED_REPO_ACCESS_IS_OK=yes
input=$work/in/$image
table=$work/table

# The commands of each program: adapter TOOL TASK prints what a shell runs.
adapter() {
    local repository=$work/repository out=$work/out
    case $1:$2 in
    ssibackup:init) echo : ;;
    ssibackup:backup) echo "$ssibackup -q backup --image VOL001=$input --repo $repository" ;;
    ssibackup:restore) echo "$ssibackup -q restore $repository --latest --to $out/$image" ;;
    ssibackup:verify) echo "$ssibackup -q verify $repository --read-data" ;;
    restic:init) echo "restic -q -r $repository init" ;;
    restic:backup) echo "cd $work/in && restic -q -r $repository backup $image" ;;
    restic:restore) echo "restic -q -r $repository restore latest --target $out" ;;
    restic:verify) echo "restic -q -r $repository check --read-data" ;;
    borg-*:init) echo "borg init -e none $repository" ;;
    borg-lz4:backup) echo "cd $work/in && borg create -C lz4 $repository::{now:%s%f} $image" ;;
    borg-zstd3:backup) echo "cd $work/in && borg create -C zstd,3 $repository::{now:%s%f} $image" ;;
    borg-fixed:backup) echo "cd $work/in && borg create --chunker-params fixed,$fixed -C zstd,3 $repository::{now:%s%f} $image" ;;
    borg-*:restore) echo "cd $out && borg extract $repository::\$(borg list --last 1 --format '{archive}' $repository)" ;;
    borg-*:verify) echo "borg check --verify-data $repository" ;;
    *) echo "peers.sh: no adapter for $1" >&2; exit 3 ;;
    esac
}

note() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$table"; }

# timed TOOL METRIC TASK: wall seconds, processor seconds and peak memory of one command.
timed() {
    local command flush=:
    command=$(adapter "$1" "$3")
    [ "$3" != backup ] || flush=sync
    cat "$input" >/dev/null
    /usr/bin/time -q -o "$work/time" -f '%e %U %S %M' bash -c "set -e; ( $command ) >>$work/log 2>&1; $flush" ||
        { echo "peers.sh: $1 failed at $2:" >&2; tail -n 20 "$work/log" >&2; exit 1; }
    read -r wall user system memory <"$work/time"
    note "$1" "$2 wall s" "$wall"
    note "$1" "$2 cpu s" "$(awk -v a="$user" -v b="$system" 'BEGIN { print a + b }')"
    note "$1" "$2 memory MB" "$(awk -v a="$memory" 'BEGIN { print a / 1024 }')"
}

size() { du -sb --apparent-size "$work/repository" 2>/dev/null | cut -f 1 || echo 0; }

# put GENERATION: another file with other times, as it lies there after a day.
put() { rm -f "$input"; cp "$corpus/$1/$image" "$input"; sync; }

megabytes() { awk -v a="$1" -v b="$2" 'BEGIN { print (a - b) / 1e6 }'; }

for round in $(seq "$rounds"); do
    for tool in $peers ssibackup; do
        rm -rf "$work/repository" "$work/out" "$work/borg" "$work/cache"
        mkdir "$work/out"
        put g1
        bash -c "$(adapter "$tool" init)" >>"$work/log" 2>&1
        timed "$tool" "full" backup
        full=$(size)
        note "$tool" "repository MB" "$(megabytes "$full" 0)"
        put g2
        timed "$tool" "incremental" backup
        grown=$(size)
        note "$tool" "incremental added MB" "$(megabytes "$grown" "$full")"
        put g2
        timed "$tool" "unchanged" backup
        note "$tool" "unchanged added MB" "$(megabytes "$(size)" "$grown")"
        timed "$tool" "restore" restore
        cmp "$work/out/$image" "$corpus/g2/$image"
        rm "$work/out/$image"
        timed "$tool" "verify" verify
        echo "round $round of $rounds: $tool" >&2
    done
done

awk -F '\t' -v tools="$peers ssibackup" '
    function median(list, count,   i, j, keep) {
        for (i = 2; i <= count; i++)
            for (j = i; j > 1 && list[j - 1] > list[j]; j--) { keep = list[j]; list[j] = list[j - 1]; list[j - 1] = keep }
        return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
    }
    { if (!($2 in seen)) { seen[$2] = 1; metric[++metrics] = $2 }; value[$1, $2, ++rounds[$1, $2]] = $3 }
    END {
        names = split(tools, tool, " ")
        for (pass = 1; pass <= 2; pass++) {
            printf "\n%-22s", pass == 1 ? "median" : "ratio peer/ssibackup"
            for (t = 1; t <= names - (pass == 2); t++) printf "%12s", tool[t]
            print ""
            for (m = 1; m <= metrics; m++) {
                printf "%-22s", metric[m]
                for (t = 1; t <= names - (pass == 2); t++) {
                    count = 0
                    for (r = 1; r <= rounds[tool[t], metric[m]]; r++) {
                        ours = pass == 1 ? 1 : value["ssibackup", metric[m], r]
                        if (ours > 0) list[++count] = value[tool[t], metric[m], r] / ours
                    }
                    if (count) printf "%12.3f", median(list, count); else printf "%12s", "-"
                }
                print ""
            }
        }
    }' "$table"
