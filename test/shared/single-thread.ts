import { DuckDBInstance } from '@duckdb/node-api';

/*
 * One thread for each database of a test, unless the test says otherwise: the companies of the tests are so small that
 * several threads mostly wait for each other, and as many files run at once as there are workers.
 */
const create = DuckDBInstance.create.bind(DuckDBInstance);
DuckDBInstance.create = (file, settings) => create(file, { threads: '1', ...settings });
