import { COMPARISONS, type PageState, RANGES, renderPageState, shiftPageState } from '../dashboards/index.ts';

/** What the filters of a page show. */
export interface FilterBarData {
  readonly path: string;
  readonly state: PageState;
  readonly usualRange: PageState['range'];
  /** Dimension → its values. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
  readonly labels: ReadonlyMap<string, string>;
  readonly asOf: string;
  readonly lastDay: string;
  /** False on pages without a time range. */
  readonly hasRange?: boolean;
}

function Pick({
  name,
  label,
  values,
  chosen,
}: {
  name: string;
  label: string;
  values: readonly string[];
  chosen: readonly string[];
}) {
  const shown = [...new Set([...chosen.filter((value) => !values.includes(value)), ...values])];
  const summary = chosen.length === 0 ? 'all' : chosen.length === 1 ? chosen[0] : `${chosen.length} chosen`;
  return (
    <details class="pick">
      <summary>
        {label}: <strong>{summary}</strong> ▾
      </summary>
      <div>
        <fieldset class="plain">
          <legend class="visually-hidden">{label}</legend>
          {shown.map((value) => (
            <label>
              <input type="checkbox" name={name} value={value} checked={chosen.includes(value)} />
              {value}
            </label>
          ))}
        </fieldset>
      </div>
    </details>
  );
}

function Choice({
  name,
  label,
  options,
  chosen,
}: {
  name: string;
  label: string;
  options: readonly (readonly [string, string])[];
  chosen: string;
}) {
  return (
    <label>
      {label}
      <select name={name}>
        {options.map(([value, text]) => (
          <option value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The filters of a page: a form whose answer is the address of the page, so that every state can be sent to somebody. */
export function FilterBar(data: FilterBarData) {
  const { path, state, usualRange, choices, labels, asOf, lastDay, hasRange = true } = data;
  const address = (steps: number) =>
    `${path}${renderPageState(shiftPageState(state, steps, lastDay), { range: usualRange })}`;
  const isFiltered = Object.keys(state.filters).length > 0 || state.asOf !== null;
  return (
    <form class="filters" method="get" action={path} aria-label="Filters">
      {hasRange ? (
        <>
          <Choice
            name="range"
            label="Range"
            options={Object.entries(RANGES).map(([name, { label }]) => [name, label])}
            chosen={state.range}
          />
          <Choice
            name="compare"
            label="against"
            options={Object.entries(COMPARISONS)}
            chosen={state.compare}
          />
          <label>
            to
            <input type="date" name="as_of" value={asOf} max={lastDay} />
          </label>
          <a class="button" rel="prev" href={address(-1)} aria-label="A period back">
            ‹
          </a>
          {state.asOf === null ? null : (
            <a class="button" rel="next" href={address(1)} aria-label="A period on">
              ›
            </a>
          )}
        </>
      ) : null}
      {[...choices].map(([name, values]) => (
        <Pick
          name={name}
          label={labels.get(name) ?? name}
          values={values}
          chosen={state.filters[name] ?? []}
        />
      ))}
      <noscript>
        <button type="submit">Apply</button>
      </noscript>
      {isFiltered ? (
        <a class="button" href={path}>
          Reset
        </a>
      ) : null}
    </form>
  );
}
