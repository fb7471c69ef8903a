import {
  CUSTOMER_FILTERS,
  type CustomerEntry,
  type CustomerFilter,
  type CustomerList,
  type CustomerOrder,
  type FilterValue,
} from '../app/index.ts';
import { renderFigure } from './browser/figure-text.js';
import {
  CUSTOMERS_PER_PAGE,
  type CustomerAddress,
  listOthers,
  renderCustomerAddress,
} from './customer-address.ts';
import { Mark } from './customer-marks.tsx';
import { type DataColumn, DataTable } from './data-table.tsx';
import { Page, type PageFrame } from './page-shell.tsx';
import { Paging } from './paging.tsx';
import { renderDifference, ShownFigure } from './shown-figure.tsx';

export interface CustomerListPageProps {
  readonly frame: PageFrame;
  readonly address: CustomerAddress;
  readonly list: CustomerList;
  readonly values: readonly FilterValue[];
}

const FILTER_NAMES: Readonly<Record<CustomerFilter, string>> = {
  plan_tier: 'Plan',
  segment: 'Segment',
  industry: 'Industry',
  csm_name: 'Owner',
  health_band: 'Health',
  churn_tier: 'Churn risk',
};

function FilterPick(props: {
  filter: CustomerFilter;
  values: readonly FilterValue[];
  chosen: readonly string[];
}) {
  const { filter, values, chosen } = props;
  const gone = chosen.filter((value) => values.every((known) => known.value !== value));
  const options = [...values, ...gone.map((value) => ({ filter, value, customers: 0 }))];
  if (options.length === 0) return null;
  return (
    <details class="pick">
      <summary>
        {FILTER_NAMES[filter]}
        {chosen.length === 0 ? '' : ` (${chosen.length})`}
      </summary>
      <div>
        {options.map(({ value, customers }) => (
          <label>
            <input type="checkbox" name={filter} value={value} checked={chosen.includes(value)} />
            {value} <span class="quiet">{customers}</span>
          </label>
        ))}
      </div>
    </details>
  );
}

function Filters({ frame, address, values }: CustomerListPageProps) {
  return (
    <form method="get" action="/customers" class="filters" aria-label="Which customers">
      <label>
        Name or id
        <input type="search" name="q" value={address.q} maxlength={100} />
      </label>
      {CUSTOMER_FILTERS.map((filter) => (
        <FilterPick
          filter={filter}
          values={values.filter((value) => value.filter === filter)}
          chosen={address.filters[filter] ?? []}
        />
      ))}
      <label>
        <input type="checkbox" name="ended" value="1" checked={address.hasEnded} /> Ended contracts too
      </label>
      <input type="hidden" name="order" value={address.order} />
      <input type="hidden" name="direction" value={address.isDescending ? 'desc' : 'asc'} />
      {listOthers(frame.carried).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class="primary">
        Apply
      </button>
      <a class="button" href="/customers">
        Clear
      </a>
    </form>
  );
}

const COLUMNS: readonly (readonly [head: string, order: CustomerOrder | null, isNumber: boolean])[] = [
  ['Customer', 'name', false],
  ['Health', 'health', true],
  ['Band', null, false],
  ['In 30 days', null, true],
  ['MRR', 'mrr', true],
  ['Churn risk', 'churn', true],
  ['Tier', null, false],
  ['MRR at risk', 'mrr_at_risk', true],
  ['Renews', null, true],
  ['Plan', null, false],
  ['Segment', null, false],
  ['Owner', null, false],
];

function buildColumn(
  [head, order, isNumber]: (typeof COLUMNS)[number],
  { address, frame }: CustomerListPageProps,
): DataColumn {
  if (order === null) return { head, isNumber };
  const isHere = order === address.order;
  const isDescending = isHere ? !address.isDescending : order !== 'name';
  const href = `/customers${renderCustomerAddress({ ...address, order, isDescending, page: 1 }, frame.carried)}`;
  const arrow = isHere ? (address.isDescending ? ' ↓' : ' ↑') : '';
  const sorted = isHere ? (address.isDescending ? 'descending' : 'ascending') : undefined;
  return {
    head: (
      <a href={href}>
        {head}
        {arrow}
      </a>
    ),
    isNumber,
    sorted,
  };
}

function buildRow(customer: CustomerEntry, { carried }: PageFrame) {
  const ended = customer.isActive ? undefined : 'no contract';
  return [
    <a href={`/customers/${encodeURIComponent(customer.customerId)}${carried}`}>{customer.customerName}</a>,
    <ShownFigure value={customer.healthScore} unit="score" />,
    customer.healthBand === null ? '—' : <Mark word={customer.healthBand} />,
    renderDifference(customer.healthTrend30d, 'score'),
    <ShownFigure value={customer.mrr} unit="usd" reason={ended} />,
    <ShownFigure value={customer.churnRiskScore} unit="percent" />,
    customer.churnTier === null ? '—' : <Mark word={customer.churnTier} />,
    <ShownFigure value={customer.mrrAtRisk} unit="usd" />,
    renderFigure(customer.renewsOn, 'day'),
    renderFigure(customer.planTier, 'text'),
    renderFigure(customer.segment, 'text'),
    renderFigure(customer.csmName, 'text'),
  ];
}

/** The list of customers: search, filters, order by the heads of columns, paging, CSV. */
export function CustomerListPage(props: CustomerListPageProps) {
  const { frame, address, list } = props;
  return (
    <Page {...frame}>
      <div class="head">
        <h1>Customers</h1>
        <p class="quiet">
          {`${renderFigure(list.total, 'count')} found, ${renderFigure(list.mrr, 'usd')} MRR, ${renderFigure(list.mrrAtRisk, 'usd')} of it at risk`}
        </p>
        <div class="actions">
          <a class="button" href={`/customers.csv${renderCustomerAddress({ ...address, page: 1 }, '')}`}>
            CSV
          </a>
        </div>
      </div>
      <Filters {...props} />
      {list.rows.length === 0 ? (
        <div class="card empty">
          <p>No customer is like that.</p>
          <p>
            <a href="/customers">Show all customers</a>
          </p>
        </div>
      ) : (
        <DataTable
          label="Customers"
          columns={COLUMNS.map((column) => buildColumn(column, props))}
          rows={list.rows.map((customer) => buildRow(customer, frame))}
        />
      )}
      <Paging
        label="Pages of the list"
        page={address.page}
        pages={Math.ceil(list.total / CUSTOMERS_PER_PAGE)}
        link={(page) => `/customers${renderCustomerAddress({ ...address, page }, frame.carried)}`}
      />
    </Page>
  );
}
