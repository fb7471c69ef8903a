import { describe, expect, it } from 'vitest';
import { buildOpenApiDocument } from '../../src/http/index.ts';
import { renderApiDocsPage, renderSignInPage } from '../../src/web/index.ts';

const MARKUP = '<img src=x onerror=alert(1)>';

describe('the page of the API', () => {
  it('shows every operation, with an example whose body the address takes', () => {
    const document = buildOpenApiDocument() as unknown as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    const page = renderApiDocsPage(document);
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(operations.length).toBeGreaterThan(35);
    for (const { operationId } of operations) expect(page).toContain(`<section id="${operationId}">`);
    expect(page).not.toContain('<script');
    expect(page).toContain('curl -X POST');
  });

  it('shows text as text', () => {
    const operation = {
      operationId: MARKUP,
      summary: MARKUP,
      description: MARKUP,
      tags: [MARKUP],
      parameters: [{ name: MARKUP, in: 'query', required: true, schema: { enum: [MARKUP] } }],
      requestBody: { content: { 'application/json': { schema: { const: MARKUP } } } },
      responses: { 200: { description: MARKUP } },
    };
    const info = { title: MARKUP, version: MARKUP, description: MARKUP };
    const page = renderApiDocsPage({ info, paths: { [MARKUP]: { get: operation } } });
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img');
  });
});

describe('the page to sign in', () => {
  it('shows text as text', () => {
    const page = renderSignInPage({ next: `"${MARKUP}`, problem: MARKUP });
    expect(page).not.toContain('<img');
    expect(page).toContain('value="&quot;&lt;img');
  });
});
