"""How true are the probabilities? usage: calibration.py PAIRS TRUTH (CSV: id_l,id_r,…,match_probability; id,cluster)"""
import sys
import pandas as pd

pairs = pd.read_csv(sys.argv[1], dtype={"id_l": str, "id_r": str})
cluster = pd.read_csv(sys.argv[2], dtype=str).set_index("id").cluster
same = cluster.loc[pairs.id_l].values == cluster.loc[pairs.id_r].values
bins = pd.cut(pairs.match_probability, [0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999, 1])
table = pd.DataFrame({"same": same, "p": pairs.match_probability}).groupby(bins, observed=True)
table = table.agg(n_pairs=("same", "size"), predicted=("p", "mean"), observed=("same", "mean"))
print(table.round(4))
print("expected calibration error", round((table.n_pairs * (table.predicted - table.observed).abs()).sum() / table.n_pairs.sum(), 4))
