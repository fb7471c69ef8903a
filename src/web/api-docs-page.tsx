import { PlainPage, renderDocument } from './plain-page.tsx';
import { buildSampleValue, type ShownSchema } from './sample-value.ts';

interface ShownParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: ShownSchema;
}

interface ShownContent {
  readonly content?: Readonly<Record<string, { readonly schema?: ShownSchema }>>;
}

interface ShownOperation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly ShownParameter[];
  readonly requestBody?: ShownContent;
  readonly responses: Readonly<Record<string, ShownContent & { readonly description: string }>>;
}

/** An OpenAPI document, as far as it is shown. */
interface ShownDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, ShownOperation>>>>;
}

interface Shown {
  readonly method: string;
  readonly path: string;
  readonly operation: ShownOperation;
}

const JSON_TYPE = 'application/json';

function findBody({ requestBody }: ShownOperation): ShownSchema | undefined {
  return requestBody?.content?.[JSON_TYPE]?.schema;
}

function renderCurl({ method, path, operation }: Shown): string {
  const body = findBody(operation);
  const needed = (operation.parameters ?? []).filter((one) => one.in === 'query' && one.required === true);
  const query = needed.map(({ name, schema }) => `${name}=${String(buildSampleValue(schema ?? {}))}`);
  const url = `http://127.0.0.1:4400${path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  const lines = [
    `curl ${method === 'get' ? '' : '-X POST '}'${url}' -H 'Authorization: Bearer KEY'`,
    ...(body === undefined
      ? []
      : [`  -H 'Content-Type: ${JSON_TYPE}'`, `  -d '${JSON.stringify(buildSampleValue(body))}'`]),
  ];
  return lines.join(' \\\n');
}

function describeType({ type, enum: values, format, anyOf }: ShownSchema): string {
  if (values !== undefined) return values.join(', ');
  if (anyOf !== undefined) return anyOf.map(describeType).join(' or ');
  return [typeof type === 'string' ? type : (type?.join(' or ') ?? 'any'), format ?? ''].join(' ').trim();
}

function Parameters({ parameters }: { readonly parameters: readonly ShownParameter[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th>Parameter</th>
          <th>In</th>
          <th>Takes</th>
          <th>Says</th>
        </tr>
      </thead>
      <tbody>
        {parameters.map(({ name, in: place, required, schema = {}, description = '' }) => (
          <tr>
            <td>
              <code>{name}</code>
            </td>
            <td>{required === true ? place : `${place}, may be left out`}</td>
            <td>{describeType(schema)}</td>
            <td>{description}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Schema({ title, schema }: { readonly title: string; readonly schema: ShownSchema | undefined }) {
  if (schema === undefined) return null;
  return (
    <details>
      <summary>{title}</summary>
      <pre tabindex={0}>{JSON.stringify(schema, null, 2)}</pre>
    </details>
  );
}

function Operation({ shown }: { readonly shown: Shown }) {
  const { method, path, operation } = shown;
  const { operationId, summary, description, parameters = [], responses } = operation;
  const formats = Object.keys(responses['200']?.content ?? {});
  return (
    <section id={operationId}>
      <h3>
        <code>{`${method.toUpperCase()} ${path}`}</code>
      </h3>
      <p>{`${summary} ${description}`}</p>
      {parameters.length === 0 ? null : <Parameters parameters={parameters} />}
      <pre tabindex={0}>{renderCurl(shown)}</pre>
      <Schema title="What the body is" schema={findBody(operation)} />
      <Schema title="What it answers" schema={responses['200']?.content?.[JSON_TYPE]?.schema} />
      {formats.length < 2 ? null : <p>{`Also as ${formats.slice(1).join(', ')}.`}</p>}
      <details>
        <summary>Statuses</summary>
        <ul>
          {Object.entries(responses).map(([status, response]) => (
            <li>{`${status}: ${response.description}`}</li>
          ))}
        </ul>
      </details>
    </section>
  );
}

/**
 * The API as a page: every operation with its parameters, bodies, an example and its statuses.
 *
 * @param openApi an OpenAPI 3.1 document
 */
export function renderApiDocsPage(openApi: unknown): string {
  const { info, paths } = openApi as ShownDocument;
  const all = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): Shown => ({ method, path, operation })),
  );
  const tags = [...new Set(all.flatMap(({ operation }) => operation.tags))];
  return renderDocument(
    <PlainPage title="API">
      <p>
        <a href="/">‹ To the pages</a>
      </p>
      <h1>{`The API of ${info.title} ${info.version}`}</h1>
      <p>
        {info.description} As data: <a href="/openapi.json">openapi.json</a>.
      </p>
      <ul>
        {all.map(({ method, path, operation }) => (
          <li>
            <a href={`#${operation.operationId}`}>{`${method.toUpperCase()} ${path}`}</a>
          </li>
        ))}
      </ul>
      {tags.map((tag) => (
        <>
          <h2>{tag}</h2>
          {all
            .filter(({ operation }) => operation.tags.includes(tag))
            .map((shown) => (
              <Operation shown={shown} />
            ))}
        </>
      ))}
    </PlainPage>,
  );
}
