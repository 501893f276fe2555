#!/usr/bin/env bash
# Measures four members that back up a volume each at the same time, beside one member that backs up the same four in a row:
#
#   benches/members.sh IMAGE IMAGE IMAGE IMAGE [ROUNDS]
#
# The images are CKD volumes, as alike in size as can be and different in content. Rounds (3) take the two in turns, each into
# a repository of its own; the images are read before, and each run ends with a sync. What counts is the last line: the
# median of the ratios within a round, above 1 where four at once are faster.
#
#   SSIBACKUP=target/release/ssibackup   WORK=/tmp/ssibackup-members
#   WEIGHTS='1 1 1 1'   the weight of each member: how the processors are shared while all are at work
set -euo pipefail

usage() { sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -ge 4 ] || usage
images=("$1" "$2" "$3" "$4")
rounds=${5:-3}
ssibackup=$(realpath -m "${SSIBACKUP:-target/release/ssibackup}")
work=${WORK:-/tmp/ssibackup-members}
read -ra weights <<<"${WEIGHTS:-1 1 1 1}"

for tool in "$ssibackup" /usr/bin/time awk; do
    command -v "$tool" >/dev/null || { echo "members.sh: $tool is missing" >&2; exit 3; }
done
mkdir "$work" || { echo "members.sh: $work must not exist" >&2; exit 3; }
trap 'rm -rf "$work"' EXIT

# A site of members A to D, in which each has a job for one of the volumes.
site=$work/site
mkdir -p "$site/jobs"
printf 'name = "members"\nlevel = "7.3"\n' >"$site/site.toml"
{
    for member in A B C D; do echo "System_Identifier LPAR LP$member MEMB$member"; done
    echo 'SSI MEMBERS PDR_Volume VOL001 SLOT 1 MEMBA SLOT 2 MEMBB SLOT 3 MEMBC SLOT 4 MEMBD'
    echo 'User_Volume_List VOL001 VOL002 VOL003 VOL004'
} >"$site/SYSTEM.CONFIG"
printf 'USER NOBODY NOLOG\n MDISK 0191 3390 1 1 VOL001 MR\n' >"$site/USER.DIRECT"
row=()
for number in 0 1 2 3; do
    member=MEMB$(printf ABCD | cut -c$((number + 1))) volser=VOL00$((number + 1)) image=$(realpath "${images[number]}")
    printf '[[volume]]\nvolser = "%s"\nimage = "%s"\n' "$volser" "$image" >>"$site/site.toml"
    printf '[[worker]]\nmember = "%s"\nweight = %s\n' "$member" "${weights[number]}" >>"$site/site.toml"
    printf 'name = "%s"\nmember = "%s"\nkind = "full"\ndata = "volumes"\n[[include]]\nvolser = "%s"\n' \
        "$volser" "$member" "$volser" >"$site/jobs/$volser.toml"
    row+=("$volser=$image")
done

timed() { # NAME COMMAND...: seconds, processor seconds and kilobytes of the command and a sync
    local name=$1
    shift
    cat "${images[@]}" >/dev/null
    rm -rf "$work/repository" && sync
    /usr/bin/time -f '%e %U %S %M' -o "$work/time" sh -c '"$@" && sync' sh "$@" >"$work/out" || { cat "$work/out" >&2; exit 3; }
    read -r wall user system memory <"$work/time"
    echo "$round $name $wall $(awk "BEGIN { print $user + $system }") $memory" | tee -a "$work/table"
}

echo 'round what wall-s processor-s memory-kB'
for round in $(seq "$rounds"); do
    timed in-a-row "$ssibackup" -q --format json backup --image "${row[@]}" --repo "$work/repository"
    timed at-once "$ssibackup" -q --format json backup "$site" --all --repo "$work/repository"
    # What each member took, and the catalog's owner.
    tr ',{' '\n\n' <"$work/out" | grep -E '"(member|seconds|share|processor_seconds)"' | tr -d '" ' | tr '\n' ' '
    echo
done
awk '$2 == "in-a-row" { row[$1] = $3 } $2 == "at-once" { ratio[n++] = row[$1] / $3 }
     END { for (i = 1; i < n; i++) for (j = i; j > 0 && ratio[j - 1] > ratio[j]; j--) { t = ratio[j]; ratio[j] = ratio[j - 1]; ratio[j - 1] = t }
           printf "throughput of four at once: %.2f of one in a row\n", n % 2 ? ratio[(n - 1) / 2] : (ratio[n / 2 - 1] + ratio[n / 2]) / 2 }' "$work/table"
