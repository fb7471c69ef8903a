"""What LightGBM needs on one thread for a file of doubles, column after column, the label last; prints seconds of the processor.

bench/trees.ts calls it: time-lightgbm.py FILE ROWS TREES DEPTH
"""

import json
import sys
import time

import lightgbm
import numpy

rows, trees, depth = (int(word) for word in sys.argv[2:5])
columns = numpy.fromfile(sys.argv[1]).reshape(-1, rows)
x, y = numpy.ascontiguousarray(columns[:-1].T), columns[-1]
parameters = {
    "objective": "binary",
    "num_threads": 1,
    "verbose": -1,
    "learning_rate": 0.1,
    "max_depth": depth,
    "num_leaves": 2**depth,
    "min_data_in_leaf": 20,
    "lambda_l2": 1,
}
start = time.process_time()
booster = lightgbm.train(parameters, lightgbm.Dataset(x, y, params=parameters), trees)
trained = time.process_time() - start
start = time.process_time()
margins = booster.predict(x, raw_score=True, num_threads=1)
predicted = time.process_time() - start
start = time.process_time()
booster.predict(x[:2000], pred_contrib=True, num_threads=1)
explained = time.process_time() - start
loss = float(numpy.logaddexp(0, numpy.where(y == 1, -margins, margins)).mean())
print(json.dumps({"trained": trained, "predicted": predicted, "explained": explained, "loss": loss}))
