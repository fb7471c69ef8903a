"""Reference figures of survival analysis; see README.md beside this file."""

import numpy as np
import statsmodels.api as sm
from scipy import stats
from statsmodels.duration.survfunc import survdiff

from classic import concordance, write


def draw(rng, rows, unit):
    """Lifetimes that depend on three columns; with a large unit many end on the same day."""
    x = np.column_stack([rng.normal(5, 2, rows), rng.integers(0, 2, rows), rng.normal(0, 100, rows)])
    hazard = np.exp(0.15 * (x[:, 0] - 5) - 0.5 * x[:, 1] + 0.002 * x[:, 2])
    ends = rng.exponential(300 / hazard)
    limits = rng.uniform(50, 700, rows)
    times = np.ceil(np.minimum(ends, limits) / unit) * unit
    # A lifetime begins at 0 or late, but before it ends.
    entries = np.where(rng.random(rows) < 0.5, 0, np.floor(times * rng.random(rows) * 0.6))
    return x.round(3), times, (ends <= limits).astype(int), entries


def restricted_mean(curve, horizon):
    """Area under the curve, and its standard error, added up step by step."""
    knots = np.concatenate([[0], curve.surv_times[curve.surv_times < horizon], [horizon]])
    heights = np.concatenate([[1], curve.surv_prob[curve.surv_times < horizon]])
    pieces = np.diff(knots) * heights
    rest = np.cumsum(pieces[::-1])[::-1][1:]
    n, d = curve.n_risk[: len(rest)], curve.n_events[: len(rest)]
    return {"mean": pieces.sum(), "error": np.sqrt((rest**2 * d / (n * (n - d)))[rest > 0].sum())}


def curve_figures(times, events, entries=None):
    curve = sm.SurvfuncRight(times, events, entry=entries)
    level = stats.norm.ppf(0.975)
    inside = curve.surv_prob > 0
    logs = np.log(curve.surv_prob[inside])
    spread = np.exp(level * curve.surv_prob_se[inside] / curve.surv_prob[inside] / -logs)
    median = curve.surv_times[curve.surv_prob <= 0.5][0]
    return {
        "times": curve.surv_times,
        "survival": curve.surv_prob,
        "error": curve.surv_prob_se,
        "atRisk": curve.n_risk,
        "low": np.exp(logs * spread),
        "high": np.exp(logs / spread),
        "median": median,
        "medianInterval": curve.quantile_ci(0.5, method="cloglog"),
        "restrictedMean": restricted_mean(curve, 400),
    }


def write_survival():
    rng = np.random.default_rng(21)
    _, times, events, entries = draw(rng, 180, 10)
    groups = rng.integers(0, 3, 180)
    two, three = survdiff(times, events, groups == 1), survdiff(times, events, groups)
    entered = survdiff(times, events, groups, entry=entries)
    write(
        "survival",
        {
            "times": times,
            "events": events,
            "entries": entries,
            "groups": groups,
            "curve": curve_figures(times, events),
            "enteredCurve": curve_figures(times, events, entries),
            "logRank": {"two": two, "three": three, "entered": entered},
        },
    )


def residuals(x, times, events, entries, coefficients):
    """Schoenfeld's residuals with Efron's weights, each event by itself, and the share that had had one before."""
    hazard = np.exp(x @ coefficients)
    rows, shares, survival = [], [], 1.0
    for time in np.unique(times[events == 1]):
        at_risk = (times >= time) & (entries < time)
        happened = (times == time) & (events == 1)
        count = happened.sum()
        means = []
        for tie in range(count):
            weight = hazard * at_risk - hazard * happened * tie / count
            means.append(weight @ x / weight.sum())
        for row in x[happened]:
            rows.append(row - np.mean(means, axis=0))
            shares.append(1 - survival)
        survival *= 1 - count / at_risk.sum()
    return np.array(rows), np.array(shares)


def zph(fit, x, times, events, entries):
    rows, shares = residuals(x, times, events, entries, fit.params)
    covariance, g = fit.cov_params(), shares - shares.mean()
    scaled = rows @ covariance * len(rows)
    each = (g @ scaled) ** 2 / (np.diag(covariance) * len(rows) * (g @ g))
    together = (g @ rows) @ covariance @ (g @ rows) * len(rows) / (g @ g)
    return {
        "chiSquare": each,
        "p": stats.chi2.sf(each, 1),
        "correlation": [np.corrcoef(g, column)[0, 1] for column in scaled.T],
        "all": [together, stats.chi2.sf(together, x.shape[1])],
    }


def cox(x, times, events, entries=None):
    model = sm.PHReg(times, x, status=events, ties="efron", entry=entries)
    fit = model.fit(method="newton", maxiter=200, tol=1e-14, disp=0)
    starts = np.full(len(times), -1.0) if entries is None else entries
    return {
        "coefficients": fit.params,
        "errors": fit.bse,
        "p": fit.pvalues,
        "logLikelihood": fit.llf,
        "nullLogLikelihood": model.loglike(np.zeros(x.shape[1])),
        "concordance": concordance(times, events, x @ fit.params, starts)["index"],
        "zph": zph(fit, x, times, events, starts),
    }


def write_cox():
    rng = np.random.default_rng(22)
    x, times, events, entries = draw(rng, 220, 10)
    # PHReg takes who enters at the very time of an event for there, SurvfuncRight and R do not: no entry is at one.
    entries += 0.5
    smooth_x, smooth, smooth_events, _ = draw(rng, 90, 1e-4)
    plain = sm.PHReg(smooth, smooth_x, status=smooth_events).fit(method="newton", maxiter=200, tol=1e-14, disp=0)
    ours, _ = residuals(smooth_x, smooth, smooth_events, np.full(90, -1.0), plain.params)
    theirs = plain.schoenfeld_residuals
    theirs = theirs[~np.isnan(theirs).any(axis=1)]
    order = np.argsort(smooth[smooth_events == 1], kind="stable")
    # The residuals above are our own words; without ties statsmodels has them too.
    assert np.abs(theirs[order] - ours).max() < 1e-8 or np.abs(theirs - ours).max() < 1e-8
    write(
        "cox",
        {
            "columns": x.T,
            "times": times,
            "events": events,
            "entries": entries,
            "tied": cox(x, times, events),
            "entered": cox(x, times, events, entries),
        },
    )


if __name__ == "__main__":
    write_survival()
    write_cox()
