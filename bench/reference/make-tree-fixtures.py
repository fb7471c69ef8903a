"""Makes test/fixtures/statistics/trees: what LightGBM and shap say, for the tests of src/statistics to agree with.

Run it from the root of the project; README.md beside it names the versions.
"""

import json
import math
import pathlib

import lightgbm
import numpy
import shap
import sklearn.datasets
import sklearn.metrics

FOLDER = pathlib.Path("test/fixtures/statistics/trees")
QUIET = {"verbose": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True}


class Uniforms:
    """Numbers in [0, 1) that test/statistics/formula-data.ts makes alike, to the last bit."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 1664525 + 1013904223) % 4294967296
        return self.state / 4294967296

    def sum(self, count):
        total = 0.0
        for _ in range(count):
            total += self.next()
        return total


def make_formula_data(seed, rows, threshold, missing):
    """The same rows and labels as buildFormulaData in test/statistics/formula-data.ts."""
    uniforms = Uniforms(seed)
    values, labels = [], []
    for _ in range(rows):
        x = [uniforms.sum(4) - 2 for _ in range(4)]
        x.append(math.floor(uniforms.next() * 10))
        x.append(math.floor(uniforms.next() * uniforms.next() * 30))
        x.append(1 if uniforms.next() < 0.3 else 0)
        x.append(uniforms.next())
        noise = uniforms.sum(12) - 6
        score = 1.5 * x[0] + 1.2 * x[1] * x[2] - 0.9 * abs(x[3]) + 0.15 * x[4] - 0.05 * x[5] + 0.8 * x[6]
        label = 1 if score + 0.7 * noise > threshold else 0
        if uniforms.next() < missing:
            x[1] = math.nan
        if uniforms.next() < missing * (1.5 if label == 1 else 0.5):
            x[5] = math.nan
        values.append(x)
        labels.append(label)
    return numpy.array(values, dtype=float), numpy.array(labels)


def as_rows(matrix):
    return [[None if math.isnan(value) else value for value in row] for row in matrix.tolist()]


def write_json(name, content):
    (FOLDER / name).write_text(json.dumps(content) + "\n")


def write_model(name, x, y, inputs, rounds, parameters):
    """A model, and what LightGBM and shap say about rows it has not seen."""
    features = [f"x{place}" for place in range(x.shape[1])]
    data = lightgbm.Dataset(x, y, feature_name=features, params=QUIET)
    booster = lightgbm.train({"objective": "binary", **QUIET, **parameters}, data, rounds)
    text = booster.model_to_string()
    (FOLDER / f"{name}.txt").write_text(text[: text.index("\nparameters:")] + "\n")
    contributions = booster.predict(inputs, pred_contrib=True)
    content = {
        "rows": as_rows(inputs),
        "margins": booster.predict(inputs, raw_score=True).tolist(),
        "base": contributions[0, -1],
        "contributions": contributions[:, :-1].tolist(),
        "shap": None,
    }
    # shap's own reader knows neither trees of one leaf nor that NaN counts as 0 where training saw none.
    if numpy.isnan(x).any() or not numpy.isnan(inputs).any():
        explainer = shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")
        explainer.model.model_type = "internal"  # its own code, not LightGBM's
        content["shap"] = explainer.shap_values(inputs, check_additivity=False).tolist()
    write_json(f"{name}.json", content)


def write_models():
    x, y = make_formula_data(11, 1500, 0.3, 0)
    gaps, labels = make_formula_data(12, 1500, 0.3, 0.25)
    fresh = make_formula_data(13, 25, 0.3, 0)[0]
    fresh_gaps = make_formula_data(14, 25, 0.3, 0.3)[0]
    wide = numpy.hstack([x, make_formula_data(15, 1500, 0.3, 0)[0]])
    fresh_wide = numpy.hstack([fresh, make_formula_data(16, 25, 0.3, 0)[0]])
    write_model("plain", x, y, fresh, 12, {"max_depth": 5, "num_leaves": 20})
    write_model("gaps-in-use", x, y, fresh_gaps, 12, {"max_depth": 4, "num_leaves": 12})
    write_model("missing", gaps, labels, fresh_gaps, 12, {"max_depth": 5, "num_leaves": 20})
    signs = [1, 0, 0, 0, 1, -1, 1, 0]
    write_model("monotone", gaps, labels, fresh_gaps, 12, {"max_depth": 4, "monotone_constraints": signs})
    write_model("stump", x, y, fresh, 3, {"num_leaves": 2})
    write_model("one-leaf", x, y, fresh_gaps, 1, {"min_data_in_leaf": 1400})
    write_model("deep", wide, y, fresh_wide, 4, {"num_leaves": 60, "min_data_in_leaf": 3})


def measure(x, y, is_train, parameters):
    data = lightgbm.Dataset(x[is_train], y[is_train], params=QUIET)
    trained = {"objective": "binary", **QUIET, **{k: v for k, v in parameters.items() if k != "trees"}}
    booster = lightgbm.train(trained, data, parameters["trees"])
    probabilities = booster.predict(x[~is_train])
    return {
        "auc": sklearn.metrics.roc_auc_score(y[~is_train], probabilities),
        "brier": sklearn.metrics.brier_score_loss(y[~is_train], probabilities),
    }


def write_trainings():
    """What LightGBM reaches on rows it has not seen, with the parameters our own training gets as well."""
    parameters = {
        "trees": 100,
        "learning_rate": 0.08,
        "max_depth": 4,
        "num_leaves": 16,
        "min_data_in_leaf": 20,
        "min_sum_hessian_in_leaf": 0.001,
        "lambda_l2": 1,
    }
    trainings = []
    for name, seed, threshold, missing in [
        ("balanced", 1, 0.3, 0),
        ("missing", 2, 0.3, 0.25),
        ("imbalanced", 3, 2.3, 0.2),
    ]:
        x, y = make_formula_data(seed, 40000, threshold, missing)
        is_train = numpy.arange(len(y)) < 20000
        formula = {"seed": seed, "rows": 40000, "threshold": threshold, "missing": missing}
        figures = measure(x, y, is_train, parameters)
        signs = [1, 0, 0, 0, 1, -1, 1, 0]
        constrained = measure(x, y, is_train, {**parameters, "monotone_constraints": signs})
        share = float(y.mean())
        trainings.append({"name": name, "formula": formula, "share": share, **figures, "monotone": constrained})
    x, y = sklearn.datasets.load_breast_cancer(return_X_y=True)
    rows = "\n".join(",".join(repr(float(value)) for value in row) + f",{label}" for row, label in zip(x, y))
    (FOLDER / "breast-cancer.csv").write_text(rows + "\n")
    folds = [measure(x, y, numpy.arange(len(y)) % 3 != fold, parameters) for fold in range(3)]
    write_json("training.json", {"parameters": parameters, "formulas": trainings, "breastCancer": folds})


FOLDER.mkdir(parents=True, exist_ok=True)
write_models()
write_trainings()
