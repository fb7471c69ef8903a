import type { Context, Hono } from 'hono';
import {
  buildCustomerQuestion,
  CustomerListPage,
  CustomerPage,
  parseCustomerAddress,
  renderPage,
} from '../../web/index.ts';
import type { HttpEnvironment, Served } from '../http-environment.ts';
import { buildFrame } from './page-frame.ts';

type PageContext = Context<HttpEnvironment>;

const PATH = '/customers';

function parseAddress(context: PageContext) {
  return parseCustomerAddress(new URL(context.req.url).searchParams);
}

async function answerList(served: Served, context: PageContext): Promise<Response> {
  const address = parseAddress(context);
  const { customers } = served.tenure;
  const [frame, list, values] = await Promise.all([
    buildFrame(served, context, { path: PATH, title: 'Customers' }),
    customers.list(buildCustomerQuestion(address)),
    customers.filters(),
  ]);
  return context.html(renderPage(<CustomerListPage {...{ frame, address, list, values }} />));
}

async function answerCsv(served: Served, context: PageContext): Promise<Response> {
  const csv = await served.tenure.customers.export(buildCustomerQuestion(parseAddress(context)));
  return context.body(csv, 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="customers.csv"',
  });
}

async function answerCustomer(served: Served, context: PageContext): Promise<Response> {
  const customer = await served.tenure.customers.show(context.req.param('id') ?? '');
  const frame = await buildFrame(served, context, { path: PATH, title: customer.profile.customerName });
  return context.html(renderPage(<CustomerPage frame={frame} customer={customer} />));
}

/** The list of customers, the same as CSV, and everything on one of them. */
export function addCustomerPages(app: Hono<HttpEnvironment>, served: Served): void {
  app.get(PATH, (context) => answerList(served, context));
  app.get('/customers.csv', (context) => answerCsv(served, context));
  app.get('/customers/:id', (context) => answerCustomer(served, context));
}
