"""Reference figures of classical statistics; see README.md beside this file."""

import json
import pathlib

import numpy as np
import statsmodels.api as sm
from scipy import stats
from scipy.special import expit, logit
from sklearn import metrics
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from statsmodels.stats.proportion import proportion_confint

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "test" / "fixtures" / "statistics"


def plain(value):
    """Arrays and numbers as JSON knows them; a missing number is null."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(item) for item in value]
    if isinstance(value, (np.integer, int)):
        return int(value)
    if isinstance(value, (np.floating, float)):
        return None if np.isnan(value) else float(value)
    return value


def write(name, content):
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(plain(content), separators=(",", ":")) + "\n")


def ridge(x, y, l2, weights=None):
    model = LogisticRegression(C=1 / l2, solver="newton-cholesky", tol=1e-14, max_iter=1000)
    model.fit(x, y, sample_weight=weights)
    return {"intercept": model.intercept_[0], "weights": model.coef_[0]}


def write_logistic():
    rng = np.random.default_rng(11)
    rows = 240
    x = np.column_stack(
        [rng.normal(50, 12, rows), rng.poisson(6, rows) ** 2, rng.integers(0, 2, rows), np.full(rows, 3.5)]
    ).astype(float).round(3)
    margin = 0.05 * (x[:, 0] - 50) - 0.8 * (np.log1p(x[:, 1]) - 3) + 0.7 * x[:, 2] - 0.6
    y = (rng.random(rows) < expit(margin)).astype(int)
    weights = rng.integers(0, 4, rows) / 2
    unpenalized = sm.Logit(y, sm.add_constant(x[:, :3])).fit(method="newton", tol=1e-14, maxiter=200, disp=0)
    # Missing values stand at the mean of the others, every column at deviation 1.
    holes = x.copy()
    holes[rng.random((rows, 4)) < np.array([0.15, 0.1, 0, 0])] = np.nan
    scaled = np.column_stack([holes[:, 0], np.log1p(holes[:, 1]), holes[:, 2]])
    centers, scales = np.nanmean(scaled, axis=0), np.nanstd(scaled, axis=0)
    standard = np.nan_to_num((scaled - centers) / scales)
    fitted = ridge(standard, y, 2.5)
    write(
        "logistic",
        {
            "columns": x.T,
            "labels": y,
            "weights": weights,
            "unpenalized": {"intercept": unpenalized.params[0], "weights": unpenalized.params[1:]},
            "ridge": ridge(x[:, :3], y, 0.7),
            "weighted": ridge(x[:, :3], y, 3.0, weights),
            "holes": holes.T,
            "standardized": {
                **fitted,
                "centers": centers,
                "scales": scales,
                "margins": fitted["intercept"] + standard @ fitted["weights"],
            },
        },
    )


def platt(margins, labels):
    """Platt's targets, fitted to the end by statsmodels."""
    positives = labels.sum()
    targets = np.where(labels == 1, (positives + 1) / (positives + 2), 1 / (len(labels) - positives + 2))
    model = sm.GLM(targets, sm.add_constant(margins), family=sm.families.Binomial())
    intercept, slope = model.fit(tol=1e-15, maxiter=200, tol_criterion="params").params
    return {"slope": slope, "intercept": intercept}


def write_calibration():
    rng = np.random.default_rng(12)
    margins = rng.normal(-1, 1.5, 300).round(1)
    labels = (rng.random(300) < expit(0.6 * margins - 0.4)).astype(int)
    weights = rng.integers(1, 5, 300) / 2
    at = np.concatenate([margins[:40], rng.normal(-1, 3, 80), [margins.min() - 1, margins.max() + 1]])

    def isotonic(**options):
        model = IsotonicRegression(out_of_bounds="clip").fit(margins, labels, **options)
        return {"x": model.X_thresholds_, "y": model.y_thresholds_, "at": model.predict(at)}

    write(
        "calibration",
        {
            "margins": margins,
            "labels": labels,
            "weights": weights,
            "at": at,
            "isotonic": isotonic(),
            "weighted": isotonic(sample_weight=weights),
            "platt": platt(margins, labels),
        },
    )


def concordance(times, events, risks, entries=None):
    """Every pair looked at: nothing to go wrong."""
    concordant = discordant = tied = 0
    for i in range(len(times)):
        if not events[i]:
            continue
        later = (times > times[i]) | ((times == times[i]) & (events == 0))
        if entries is not None:
            later &= entries < times[i]
        concordant += int((risks[later] < risks[i]).sum())
        discordant += int((risks[later] > risks[i]).sum())
        tied += int((risks[later] == risks[i]).sum())
    pairs = concordant + discordant + tied
    return {
        "index": (concordant + tied / 2) / pairs,
        "concordant": concordant,
        "discordant": discordant,
        "tied": tied,
    }


def calibration_curve(probabilities, labels, bins):
    parts = np.array_split(np.argsort(probabilities, kind="stable"), bins)
    curve = []
    for part in parts:
        low, high = proportion_confint(labels[part].sum(), len(part), method="wilson")
        curve.append([len(part), probabilities[part].mean(), labels[part].mean(), low, high])
    return curve


def stability(before, after, edges):
    def shares(values):
        counts = np.append(np.histogram(values[~np.isnan(values)], edges)[0], np.isnan(values).sum())
        return (counts + 0.5) / (len(values) + 0.5 * len(counts))

    p, q = shares(before), shares(after)
    noise = stats.chi2.ppf(0.99, len(edges) - 1) * (1 / len(before) + 1 / len(after))
    return {"psi": ((q - p) * np.log(q / p)).sum(), "noise": noise, "bins": len(edges)}


def write_measures():
    rng = np.random.default_rng(13)
    rows = 260
    exact = rng.beta(2, 5, rows)
    labels = (rng.random(rows) < exact).astype(int)
    tied = exact.round(1)
    weights = rng.integers(0, 5, rows) / 4
    inside = np.clip(tied, 0.02, 0.98)
    false_positives, true_positives, thresholds = metrics.roc_curve(labels, tied, drop_intermediate=False)
    slope = sm.Logit(labels, sm.add_constant(logit(exact))).fit(method="newton", tol=1e-14, disp=0)
    times = rng.integers(1, 25, rows).astype(float)
    events = (rng.random(rows) < 0.6).astype(int)
    entries = np.floor(times * rng.random(rows) * 0.9)
    before = rng.normal(0, 1, 900)
    before[rng.random(900) < 0.1] = np.nan
    after = rng.normal(0.3, 1.2, 400)
    known = np.sort(before[~np.isnan(before)])
    borders = [known[int(np.ceil(bin * len(known) / 10)) - 1] for bin in range(1, 10)]
    # Bins hold their upper border, as np.histogram's hold their lower one: move the borders a little up.
    edges = [-np.inf, *np.nextafter(borders, np.inf), np.inf]
    write(
        "measures",
        {
            "labels": labels,
            "exact": exact,
            "tied": tied,
            "weights": weights,
            "roc": [metrics.roc_auc_score(labels, score) for score in (exact, tied)],
            "weightedRoc": metrics.roc_auc_score(labels, tied, sample_weight=weights),
            "rocCurve": {"falsePositives": false_positives, "truePositives": true_positives, "thresholds": thresholds[1:]},
            "pr": [metrics.average_precision_score(labels, score) for score in (exact, tied)],
            "weightedPr": metrics.average_precision_score(labels, tied, sample_weight=weights),
            "brier": metrics.brier_score_loss(labels, exact),
            "weightedBrier": metrics.brier_score_loss(labels, exact, sample_weight=weights),
            "logLoss": metrics.log_loss(labels, exact),
            "weightedLogLoss": metrics.log_loss(labels, inside, sample_weight=weights),
            "certainLogLoss": metrics.log_loss(labels, tied),
            "calibrationCurve": calibration_curve(exact, labels, 10),
            "calibrationSlope": {
                "slope": slope.params[1],
                "slopeError": slope.bse[1],
                "intercept": slope.params[0],
                "interceptError": slope.bse[0],
            },
            "times": times,
            "events": events,
            "entries": entries,
            "concordance": concordance(times, events, tied),
            "enteredConcordance": concordance(times, events, tied, entries),
            "before": before,
            "after": after,
            "stability": stability(before, after, edges),
        },
    )


def write_distributions():
    z = [-38, -8.2, -3, -1.959963984540054, -0.5, 0, 1e-9, 0.7, 2.5, 6, 12, 37]
    shares = [1e-300, 1e-12, 0.001, 0.025, 0.3, 0.5, 0.6, 0.9, 0.975, 0.999999]
    chi = [(x, df) for df in (1, 2, 3, 9, 40, 200) for x in (0.001, 0.5, 3.84, 12.0, 60.0, 300.0)]
    quantiles = [(share, df) for df in (1, 2, 9, 60) for share in (0.01, 0.5, 0.95, 0.99)]
    write(
        "distributions",
        {
            "normalTail": [[x, stats.norm.sf(x)] for x in z],
            "normalQuantile": [[share, stats.norm.ppf(share)] for share in shares],
            "chiSquareTail": [[x, df, stats.chi2.sf(x, df)] for x, df in chi],
            "chiSquareQuantile": [[share, df, stats.chi2.ppf(share, df)] for share, df in quantiles],
        },
    )


if __name__ == "__main__":
    write_logistic()
    write_calibration()
    write_measures()
    write_distributions()
