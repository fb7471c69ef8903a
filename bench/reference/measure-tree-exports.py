"""Loads the models we export with LightGBM and onnxruntime, and writes what they predict: exported.json.

Run it from the root of the project after `npx tsx bench/reference/write-tree-exports.ts`.
"""

import json
import math
import pathlib
import random

import lightgbm
import numpy
import onnx
import onnxruntime

FOLDER = pathlib.Path("test/fixtures/statistics/trees")

random.seed(7)
rows = []
for _ in range(40):
    row = [random.uniform(-2.5, 2.5) for _ in range(4)]
    row += [random.randrange(12), random.randrange(32), random.randrange(2), random.random()]
    rows.append([None if random.random() < 0.15 else value for value in row])
rows.append([None] * 8)
rows.append([0.0] * 8)
inputs = numpy.array([[math.nan if value is None else value for value in row] for row in rows])

booster = lightgbm.Booster(model_file=str(FOLDER / "exported.txt"))
content = {
    "rows": rows,
    "lightgbm": {
        "margins": booster.predict(inputs, raw_score=True).tolist(),
        "probabilities": booster.predict(inputs).tolist(),
    },
    "onnx": {},
}
for file in sorted(FOLDER.glob("exported-*.onnx")):
    onnx.checker.check_model(onnx.load(file), full_check=True)
    session = onnxruntime.InferenceSession(file.read_bytes())
    given = inputs[:, ::-1] if file.stem == "exported-turned" else inputs
    names = ["margin", "probability"]
    margins, probabilities = session.run(names, {"features": numpy.ascontiguousarray(given)})
    assert margins.shape == probabilities.shape == (len(rows), 1)
    content["onnx"][file.stem.removeprefix("exported-")] = {
        "margins": margins.ravel().tolist(),
        "probabilities": probabilities.ravel().tolist(),
    }
(FOLDER / "exported.json").write_text(json.dumps(content) + "\n")
