#!/bin/sh
# Links the invented benchmark reports and scores pairs and pools.
# usage: bench/linkage/run.sh DAYMARK BENCH [NAME]
#   DAYMARK  the binary; BENCH  folder with NAME.parquet, NAME_truth.csv, score_pairs.py, score_clusters.py
#   NAME     reports_dev (default) or reports_dev20k
# Needs GNU time and python3 with numpy, pandas and pyarrow.
set -eu
daymark=$1 bench=$2 name=${3:-reports_dev} here=$(dirname "$0")
out=$(mktemp -d)
trap 'rm -r "$out"' EXIT
/usr/bin/time -f 'CPU %U + %S s, wall %e s, peak %M KB' "$daymark" link "$bench/$name.parquet" \
  --model "$here/reports_dev.toml" --pairs "$out/pairs.csv" --clusters "$out/pools.csv"
sed -i '1s/match_weight/weight/' "$out/pairs.csv"
sed -i '1s/cluster_id/cluster/' "$out/pools.csv"
python3 "$bench/score_clusters.py" "$out/pools.csv" "$bench/${name}_truth.csv"
python3 "$bench/score_pairs.py" "$out/pairs.csv" "$bench/${name}_truth.csv" --threshold 3.17
"$daymark" link "$bench/$name.parquet" --model "$here/reports_dev.toml" --threshold-probability 0.000001 \
  --pairs "$out/all.csv" 2>/dev/null
python3 "$here/calibration.py" "$out/all.csv" "$bench/${name}_truth.csv"
